import ArgumentParser
import Errors
import Experiments
import Foundation
import Jobs
import Methods
import Reporting

struct NetworksCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "networks", abstract: "Draw the networks of M3 and M4, as SVG files.",
    discussion: """
      Example: dipper networks Config/lung.yaml --out figures

      Writes dip-net.svg (the paper's Figure 1), vm-net.svg and workflow.svg (its Figure 2), with the \
      shapes that the configuration gives to M4.
      """)

  @Argument(help: "The experiment, a YAML file (default: the default shapes).")
  var configuration: String?
  @Option(help: "The folder of the drawings.") var out: String

  func run() throws {
    let settings = try configuration.map(read)?.settings(for: .m4) ?? MethodSettings()
    let drawings = drawings(of: settings)
    let folder = URL(filePath: out, directoryHint: .isDirectory)
    for (name, svg) in drawings.sorted(by: { $0.key < $1.key }) {
      let file = folder.appending(path: "\(name).svg")
      try write(svg, to: file, in: folder)
      try emit(file.path)
    }
  }

  /// Draws the networks and the workflow. Returns the texts of the SVG files by name.
  private func drawings(of settings: MethodSettings) -> [String: String] {
    let side = settings.preparation.size
    return [
      "dip-net": NetworkDrawing(
        of: settings.prior.network.layout, title: "DIP Net *φ*", input: "noise *z* + *ẑ*",
        output: "*u*{DIP}",
        side: side
      ).rendered(),
      "vm-net": NetworkDrawing(
        of: settings.vmNet.layout, title: "VM Net *ψ*", input: "image *f*, geometry *G*",
        output: "*u*{VM}", side: side
      ).rendered(),
      "workflow": WorkflowDrawing(vmNet: settings.vmNet, dipNet: settings.prior.network).rendered(),
    ]
  }

  private func write(_ svg: String, to file: URL, in folder: URL) throws {
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try Data(svg.utf8).write(to: file, options: .atomic)
    } catch {
      throw DipperError(
        .outputUnwritable,
        "cannot write \(file.path); check that the folder is yours and the disk is not full",
        cause: error)
    }
  }

  private func read(_ path: String) throws -> ExperimentConfiguration {
    let yaml: String
    do { yaml = try String(contentsOf: URL(filePath: path), encoding: .utf8) } catch {
      throw ValidationError("cannot read the configuration \(path); is the path right?")
    }
    return try ExperimentConfiguration(yaml: yaml, file: path)
  }
}
