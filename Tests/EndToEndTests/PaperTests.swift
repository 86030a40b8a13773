import Foundation
import Imaging
import TestSupport
import Testing

/// The configurations of the paper's experiments, on small archives in the layouts of the real ones.
@Suite struct PaperTests {
  /// A checkout with the configurations, and beside it the place for their data.
  private struct Scene {
    let folder: URL
    let checkout: URL

    init() throws {
      folder = try Programs.scratch()
      checkout = folder.appending(path: "checkout")
      try FileManager.default.createDirectory(
        at: checkout.appending(path: "Config"), withIntermediateDirectories: true)
      try FileManager.default.copyItem(
        at: Self.root.appending(path: "Config/paper"),
        to: checkout.appending(path: "Config/paper"))
    }

    private static let root = URL(filePath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()

    func write(_ bytes: Data, _ path: String) throws {
      let file = folder.appending(path: path)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try bytes.write(to: file)
    }

    func configuration(_ name: String) -> URL {
      checkout.appending(path: "Config/paper/\(name).yaml")
    }

    /// Runs the command that the configuration's head comment gives, on the archive.
    func importAsItSays(_ name: String) throws -> (status: Int32, output: String) {
      let text = try String(contentsOf: configuration(name), encoding: .utf8)
      let line = try #require(
        text.split(separator: "\n").first { $0.contains("dipper data import") })
      let words = line.split(separator: " ").dropFirst(2).map { word in
        word == "FOLDER"
          ? folder.appending(path: "archive").path
          : word.hasPrefix("../") ? folder.path + word.dropFirst(2) : String(word)
      }
      return try outcome(Programs.dipper, words)
    }

    func plan(_ name: String) throws -> (status: Int32, output: String) {
      try outcome(Programs.dipper, ["plan", configuration(name).path])
    }
  }

  /// Slices of one phantom; in the first and the last its object is not marked.
  private func volume(_ image: Image, _ value: @escaping (Float) -> Float) -> SyntheticVolume {
    SyntheticVolume(image.width, image.height, 4) { x, y, z in
      (1...2).contains(z) ? value(image[x, y]) : value(0)
    }
  }

  private func image(of mask: Mask, _ value: Float) -> Image {
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

  @Test func theLungExperimentIsPlannedFromTheArchive() throws {
    let scene = try Scene()
    for number in 1...20 {
      let phantom = try Phantom.chest(size: 64, noise: 0.02, seed: UInt64(number))
      var lungs = image(of: phantom.groundTruth, 1)
      for y in 0..<64 { for x in 0..<32 { lungs[x, y] = lungs[63 - x, y] } }
      let name = "case_\(String(format: "%03d", number))_exp.nii.gz"
      let scan = volume(phantom.image) { 1400 * $0 - 1000 }
      try scene.write(scan.nifti(), "archive/training/scans/\(name)")
      try scene.write(volume(lungs) { $0 }.nifti(), "archive/training/lungMasks/\(name)")
    }
    let made = try scene.importAsItSays("lung")
    #expect(made.status == 0, "\(made.output)")
    #expect(made.output.contains("[18/20] case_018: 1 slice"))
    #expect(made.output.contains("2 cases for training and 16 for testing"))
    let plan = try scene.plan("lung")
    #expect(plan.status == 0, "\(plan.output)")
    #expect(plan.output.contains("lung M4 train, 2 cases"), "\(plan.output)")
    #expect(plan.output.contains("lung M4 predict, 16 cases"), "\(plan.output)")
  }

  @Test func theLiverExperimentsArePlannedFromTheArchive() throws {
    let scene = try Scene()
    for number in 0..<31 {
      let phantom = try Phantom.liver(size: 96, noise: 0.02, seed: UInt64(number))
      let lesion = disc(size: 96, radius: 12)
      let batch = "archive/Training Batch \(number < 28 ? 1 : 2)"
      let scan = volume(phantom.image) { 250 * $0 - 75 }
      try scene.write(scan.nifti(axes: "LPS"), "\(batch)/volume-\(number).nii")
      try scene.write(
        volume(image(of: lesion, 2)) { $0 }.nifti(axes: "LPS"),
        "\(batch)/segmentation-\(number).nii")
    }
    // 31 volumes, of which one is damaged and one more than 29 others is not needed.
    try scene.write(Data("no volume".utf8), "archive/Training Batch 2/volume-30.nii")
    let one = try scene.importAsItSays("liver")
    #expect(one.status == (one.output.contains("skipped") ? 1 : 0), "\(one.output)")
    #expect(one.output.contains("2 cases for training and 27 for testing"), "\(one.output)")
    let plan = try scene.plan("liver")
    #expect(plan.output.contains("liver M1 predict, 27 cases"), "\(plan.output)")

    let all = try scene.importAsItSays("lits-all")
    #expect(all.status == 1, "\(all.output)")
    #expect(all.output.contains("volume-30: skipped: "), "\(all.output)")
    #expect(all.output.contains("2 cases for training and 56 for testing"), "\(all.output)")
    let allPlan = try scene.plan("lits-all")
    #expect(allPlan.output.contains("lits-all M4 predict, 56 cases"), "\(allPlan.output)")
  }

  @Test func badUsageEndsWithTwoAndSaysWhy() throws {
    let folder = try Programs.scratch().path
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
        "it belongs to lits, decathlon, folder"
      ),
      (["lits", folder, folder + "/out", "--patients", "2"], "--patients must exceed --train"),
    ] {
      let ended = try outcome(Programs.dipper, ["data", "import"] + arguments)
      #expect(ended.status == 2, "\(ended.output)")
      #expect(ended.output.contains(reason), "\(ended.output)")
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
  }
}
