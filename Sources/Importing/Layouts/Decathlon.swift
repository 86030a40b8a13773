import Jobs

extension ImportLayout {
  /// The layout of the Medical Segmentation Decathlon (arXiv 2106.05735), whose `dataset.json` lists
  /// pairs of files in imagesTr and labelsTr.
  static let decathlon = ImportLayout(
    name: "decathlon", summary: "imagesTr/NAME.nii.gz with labelsTr/NAME.nii.gz, and dataset.json",
    window: .minmax, minimumArea: 50, target: .component, choices: [.label], shift: nil,
    object: { .label($0.label ?? .number(1)) }, discover: discoverTraining)
}
