import Blobs
import Errors
import Experiments
import Foundation
import Imaging
import Jobs
import RunFixtures
import Runs
import Testing

/// From a configuration and its data to a plan, and every complaint on the way.
struct ExperimentTests {
  private func complaint(_ spoil: (PhantomDataset) throws -> Void) throws -> String {
    let data = try PhantomDataset()
    defer { data.remove() }
    try spoil(data)
    let error = #expect(throws: DipperError.self) { try data.experiment() }
    #expect(error?.code == .datasetUnusable)
    return error?.description ?? ""
  }

  @Test("a sound data set is planned case by case")
  func plansSoundDataset() throws {
    let data = try PhantomDataset()
    defer { data.remove() }
    let experiment = try data.experiment()
    #expect(
      Set(experiment.plan.jobs.map(\.label)) == [
        "set M3 train", "set M3 predict", "set TV solve c3", "set TV solve c4",
      ])
    let training = try #require(experiment.plan.jobs.first { $0.job.kind == .train })
    #expect(training.cases == ["c1", "c2"])
    let image = try Data(contentsOf: data.file("c1.nii"))
    #expect(training.job.inputs[0].image == Digest(of: image))
  }

  @Test("an image that is in training and in testing is refused, and both cases are named")
  func refusesLeakedImage() throws {
    let complaint = try complaint { data in
      try Data(contentsOf: data.file("c1.nii")).write(to: data.file("c4.nii"))
    }
    #expect(complaint.contains("case c4 has the same image as the training case c1"))
  }

  @Test("the ground truth changes no job")
  func groundTruthChangesNoJob() throws {
    let data = try PhantomDataset()
    defer { data.remove() }
    let before = try data.experiment().plan
    var truth = try Mask(contentsOf: data.file("c1.png"))
    truth[0, 0].toggle()
    try truth.encodedPNG().write(to: data.file("c1.png"))
    try truth.encodedPNG().write(to: data.file("c3.png"))
    #expect(try data.experiment().plan == before)
  }

  /// Contents are read again when the run's folder is filled.
  @Test("files that change between check and storage are refused")
  func refusesChangedFiles() throws {
    let data = try PhantomDataset()
    defer { data.remove() }
    let experiment = try data.experiment()
    let image = try Data(contentsOf: data.file("c3.nii"))
    try Data(contentsOf: data.file("c4.nii")).write(to: data.file("c3.nii"))
    let state = try RunDirectory(at: data.file("run"))
    let error = #expect(throws: DipperError.self) { try experiment.store(in: state) }
    #expect(error?.code == .datasetUnusable && error?.message.contains("case c3") == true)
    try image.write(to: data.file("c3.nii"))
    try experiment.store(in: state)
    for planned in experiment.plan.jobs {
      for input in planned.job.inputs {
        #expect(try Digest(of: state.blobs.get(input.image)) == input.image)
        #expect(try Digest(of: state.blobs.get(input.markers)) == input.markers)
      }
    }
  }

  @Test("all unusable cases are listed with their files")
  func listsUnusableCases() throws {
    let said = try complaint { data in
      try FileManager.default.removeItem(at: data.file("c1.nii"))
      try Data("no mask".utf8).write(to: data.file("c3.png"))
      try Data("{}".utf8).write(to: data.file("c4.json"))
    }
    for fragment in ["case c1", "c1.nii", "case c3", "c3.png", "case c4", "c4.json"] {
      #expect(said.contains(fragment), "\(said)")
    }
    #expect(!said.contains("case c2"))
  }

  @Test("many unusable cases are counted")
  func countsUnusableCases() throws {
    let data = try PhantomDataset(cases: 14)
    defer { data.remove() }
    for id in data.cases { try Data().write(to: data.file("\(id).nii")) }
    let error = #expect(throws: DipperError.self) { try data.experiment() }
    #expect(error?.description.contains("and 4 more") == true, "\(error?.description ?? "")")
  }

  @Test("an empty ground truth and one on another grid are refused")
  func refusesOtherGrid() throws {
    let empty = try complaint { data in
      let mask = Mask(width: 48, height: 48, pixels: [Bool](repeating: false, count: 48 * 48))
      try mask.encodedPNG().write(to: data.file("c3.png"))
    }
    #expect(empty.contains("c3.png") && empty.contains("empty"), "\(empty)")
    let other = try complaint { data in
      try Mask(width: 20, height: 10, pixels: (0..<200).map { $0 > 99 }).encodedPNG()
        .write(to: data.file("c4.png"))
    }
    #expect(other.contains("48 x 48") && other.contains("20 x 10"), "\(other)")
  }

  @Test("a ground truth with several labels is refused")
  func refusesLabelImage() throws {
    let labels = try complaint { data in
      var image = Image(width: 48, height: 48, pixels: [Float](repeating: 0, count: 48 * 48))
      for x in 10..<40 {
        image[x, 20] = 1
        image[x, 21] = 2
      }
      try image.encodedPNG().write(to: data.file("c3.png"))
    }
    #expect(labels.contains("c3.png has 3 different values (0, 1, 2)"), "\(labels)")
  }

  @Test("a folder without a descriptor is explained")
  func explainsMissingDescriptor() throws {
    let said = try complaint { try FileManager.default.removeItem(at: $0.file("dataset.json")) }
    #expect(said.contains("dataset.json"))
  }

  @Test("a missing configuration is named")
  func namesMissingConfiguration() throws {
    let error = #expect(throws: DipperError.self) {
      try Experiment(configuration: URL(filePath: "/nowhere/x.yaml"))
    }
    #expect(error?.code == .configurationUnreadable)
    #expect(error?.message.contains("/nowhere/x.yaml") == true)
  }
}
