import ArgumentParser
import Errors
import Evaluation
import Experiments
import Foundation
import Jobs
import Reporting
import Runs

struct NetworksCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "networks", abstract: "Draw the networks of M3 and M4, as SVG files.",
    discussion: """
      Example: dipper networks Config/lung.yaml --out figures

      Writes dip-net.svg, vm-net.svg and workflow.svg: the paper's Figure 1, the network that it takes \
      from elsewhere, and Figure 2, with the shapes that the configuration gives to M4.
      """)

  @Argument(help: "The experiment, a YAML file (default: the default shapes).")
  var configuration: String?
  @Option(help: "Folder of the drawings.") var out: String

  func run() throws {
    let settings = try configuration.map(read)?.settings(for: .m4) ?? MethodSettings()
    let (network, side) = (settings.network, settings.preparation.size)
    let folder = URL(filePath: out, directoryHint: .isDirectory)
    let drawings = [
      "dip-net": NetworkDrawing(
        of: network.dipNet, title: "DIP Net *φ*", input: "noise *z* + *ẑ*", output: "*u*{DIP}",
        side: side
      ).rendered(),
      "vm-net": NetworkDrawing(
        of: network.vmNet, title: "VM Net *ψ*", input: "image *f*, geometry *G*",
        output: "*u*{VM}", side: side
      ).rendered(),
      "workflow": WorkflowDrawing(network).rendered(),
    ]
    for (name, svg) in drawings.sorted(by: { $0.key < $1.key }) {
      let file = folder.appending(path: "\(name).svg")
      do {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data(svg.utf8).write(to: file, options: .atomic)
      } catch {
        throw DipperError(
          .runDirectoryUnusable,
          "cannot write \(file.path); is the folder yours, and the disk not full?",
          cause: error)
      }
      try emit(file.path)
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
