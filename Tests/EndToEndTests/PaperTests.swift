import Foundation
import Imaging
import TestSupport
import TestTraits
import Testing

/// The configurations of the paper's experiments, with small archives in the layouts of the real ones.
@Suite(.temporaryFolder) struct PaperTests {
  /// A copy of the configurations and beside it the folder for their data, as in a checkout.
  private struct PaperCheckout {
    let folder: URL
    let checkout: URL

    init() throws {
      folder = TemporaryFolder.url
      checkout = folder.appending(path: "checkout")
      try FileManager.default.createDirectory(
        at: checkout.appending(path: "Config"), withIntermediateDirectories: true)
      try FileManager.default.copyItem(
        at: Self.root.appending(path: "Config/paper"),
        to: checkout.appending(path: "Config/paper"))
    }

    private static let root = URL(filePath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()

    func write(_ bytes: Data, to path: String) throws {
      let file = folder.appending(path: path)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try bytes.write(to: file)
    }

    func configuration(_ name: String) -> URL {
      checkout.appending(path: "Config/paper/\(name).yaml")
    }

    /// Runs the import command that the first comment of a configuration gives, with the archive.
    func runImport(of name: String) throws -> ProgramOutcome {
      let text = try String(contentsOf: configuration(name), encoding: .utf8)
      let line = try #require(
        text.split(separator: "\n").first { $0.contains("dipper data import") })
      let words = line.split(separator: " ").dropFirst(2).map { word in
        word == "FOLDER"
          ? folder.appending(path: "archive").path
          : word.hasPrefix("../") ? folder.path + word.dropFirst(2) : String(word)
      }
      return try Program.dipper.run(words)
    }

    func plan(_ name: String) throws -> ProgramOutcome {
      try Program.dipper.run(["plan", configuration(name).path])
    }
  }

  /// Returns a volume of four slices: the outer ones are empty, the inner ones show an image.
  private func volume(_ image: Image, value: @escaping (Float) -> Float) -> SyntheticVolume {
    SyntheticVolume(width: image.width, height: image.height, count: 4) { x, y, z in
      (1...2).contains(z) ? value(image[x, y]) : value(0)
    }
  }

  private func image(of mask: Mask, value: Float) -> Image {
    Image(width: mask.width, height: mask.height, pixels: mask.pixels.map { $0 ? value : 0 })
  }

  private func disc(size: Int, radius: Double) -> Mask {
    var disc = Mask(
      width: size, height: size, pixels: [Bool](repeating: false, count: size * size))
    for y in 0..<size {
      for x in 0..<size { disc[x, y] = hypot(Double(x) - 40, Double(y) - 50) < radius }
    }
    return disc
  }

  @Test("the lung experiment is planned from its archive")
  func lung() throws {
    let paper = try PaperCheckout()
    for number in 1...20 {
      let phantom = try Phantom.chest(size: 64, noise: 0.02, seed: UInt64(number))
      var lungs = image(of: phantom.groundTruth, value: 1)
      for y in 0..<64 { for x in 0..<32 { lungs[x, y] = lungs[63 - x, y] } }
      let name = "case_\(String(format: "%03d", number))_exp.nii.gz"
      let scan = volume(phantom.image) { 1400 * $0 - 1000 }
      try paper.write(scan.nifti(), to: "archive/training/scans/\(name)")
      try paper.write(volume(lungs) { $0 }.nifti(), to: "archive/training/lungMasks/\(name)")
    }
    let made = try paper.runImport(of: "lung")
    #expect(made.status == 0, "\(made.output)")
    #expect(made.output.contains("[18/20] case_018: 1 slice"))
    #expect(made.output.contains("2 cases for training and 16 for testing"))
    let plan = try paper.plan("lung")
    #expect(plan.status == 0, "\(plan.output)")
    #expect(plan.output.contains("lung M4 train, 2 cases"), "\(plan.output)")
    #expect(plan.output.contains("lung M4 predict, 16 cases"), "\(plan.output)")
  }

  @Test("the liver experiments are planned from their archive")
  func liver() throws {
    let paper = try PaperCheckout()
    for number in 0..<31 {
      let phantom = try Phantom.liver(size: 96, noise: 0.02, seed: UInt64(number))
      let lesion = disc(size: 96, radius: 12)
      let batch = "archive/Training Batch \(number < 28 ? 1 : 2)"
      let scan = volume(phantom.image) { 250 * $0 - 75 }
      try paper.write(scan.nifti(axes: "LPS"), to: "\(batch)/volume-\(number).nii")
      try paper.write(
        volume(image(of: lesion, value: 2)) { $0 }.nifti(axes: "LPS"),
        to: "\(batch)/segmentation-\(number).nii")
    }
    // One of the 31 volumes is damaged. It may be skipped: the experiment needs only 29.
    try paper.write(Data("no volume".utf8), to: "archive/Training Batch 2/volume-30.nii")
    let one = try paper.runImport(of: "liver")
    #expect(one.status == (one.output.contains("skipped") ? 1 : 0), "\(one.output)")
    #expect(one.output.contains("2 cases for training and 27 for testing"), "\(one.output)")
    let plan = try paper.plan("liver")
    #expect(plan.output.contains("liver M1 predict, 27 cases"), "\(plan.output)")

    let all = try paper.runImport(of: "lits-all")
    #expect(all.status == 1, "\(all.output)")
    #expect(all.output.contains("volume-30: skipped: "), "\(all.output)")
    #expect(all.output.contains("2 cases for training and 56 for testing"), "\(all.output)")
    let allPlan = try paper.plan("lits-all")
    #expect(allPlan.output.contains("lits-all M4 predict, 56 cases"), "\(allPlan.output)")
  }

  @Test("bad usage of the import ends with status 2 and a reason")
  func badUsage() throws {
    let folder = TemporaryFolder.url.path
    for (arguments, reason) in [
      (["lungs", folder, folder + "/out"], "there is no layout `lungs`"),
      (["lits", folder + "/none", folder + "/out"], "is not a folder"),
      (["lits", folder, folder + "/out"], "holds no pair"),
      (["lits", folder, folder + "/out", "--window", "5,1"], "window"),
      (
        ["lits", folder, folder + "/out", "--side", "left"],
        "--side means nothing to the layout lits"
      ),
      (
        ["learn2reg", folder, folder + "/out", "--label", "2"],
        "it belongs to lits, decathlon, nnunet, per-patient, folder"
      ),
      (["lits", folder, folder + "/out", "--patients", "2"], "--patients must exceed --train"),
    ] {
      let ended = try Program.dipper.run(["data", "import"] + arguments)
      #expect(ended.status == 2, "\(ended.output)")
      #expect(ended.output.contains(reason), "\(ended.output)")
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
  }
}
