import Errors
import Experiments
import Foundation
import Imaging
import Jobs
import Methods
import Testing
import Variational

/// The baseline that minimises the data term pointwise.
struct ThresholdTests {
  private let solver = MethodCatalogue[.threshold]?.solver

  @Test("the mask is where the data term is negative, on the image's own grid")
  func maskIsNegativeDataTerm() throws {
    let prepared = try prepare(Phantom.chest(size: 96, noise: 0.02, seed: 2))
    var steps: [JobProgress] = []
    let solved = try #require(solver).solver([]).solve(prepared) { step in
      steps.append(step)
      return true
    }
    let negative = prepared.dataTerm.pixels.map { $0 < 0 }
    #expect(solved.u.pixels == negative.map { $0 ? 1 : 0 })
    #expect(Set(negative).count == 2)
    let mask = prepared.mask(from: solved.u)
    #expect(mask.width == 96 && mask.height == 96 && mask.area > 0)
    let energy = prepared.dataTerm.pixels.filter { $0 < 0 }.reduce(0) { $0 + Double($1) }
    #expect(abs(try #require(solved.metrics["energy"]) - energy) < 1e-9)
    #expect(steps.map(\.step) == [1])
  }

  @Test("no mask has a lower data term")
  func maskIsMinimal() throws {
    let prepared = try prepare(Phantom.liver(size: 64, noise: 0.05, seed: 3))
    let solved = try #require(solver).solver([]).solve(prepared) { _ in true }
    let other = TotalVariationModel(mu: 1e-3).solve(prepared.dataTerm) { _, _ in true }
    func dataTerm(_ u: Image) -> Double {
      zip(u.pixels, prepared.dataTerm.pixels).reduce(0) { $0 + Double($1.0 * $1.1) }
    }
    #expect(dataTerm(solved.u) <= dataTerm(other.u) + 1e-3)
  }

  @Test("an experiment that names the method has a job without parameters for each test case")
  func methodIsPlanned() throws {
    let configuration = try ExperimentConfiguration(
      yaml: "name: a\ndatasets: [{folder: d}]\nmethods: [TV, Threshold]", file: "x.yaml")
    let digest = Digest(of: Data())
    let cases = ["c", "d"].map { id in
      DatasetCase(
        id: id, input: CaseInput(image: Digest(of: Data(id.utf8)), markers: digest))
    }
    let dataset = Dataset(name: "lung", window: .minmax, train: [], test: cases)
    let plan = try Planner.plan(configuration, datasets: [dataset])
    let jobs = plan.jobs.filter { $0.job.method == .threshold }
    #expect(Set(jobs.map(\.label)) == ["lung Threshold solve c", "lung Threshold solve d"])
    for planned in jobs {
      guard case .solve(let job) = planned.job else {
        Issue.record("\(planned.label) is not a solve job")
        continue
      }
      #expect(job.parameters.isEmpty)
      #expect(try Job(canonicalForm: planned.job.canonicalForm) == planned.job)
    }
    #expect(plan.scorings.filter { $0.method == .threshold }.allSatisfy { $0.seed == nil })
  }

  @Test("an experiment that names no methods has the paper's seven")
  func methodIsNotDefault() throws {
    let configuration = try ExperimentConfiguration(
      yaml: "name: a\ndatasets: [{folder: d}]", file: "x.yaml")
    #expect(!configuration.methods.contains(.threshold))
    #expect(MethodCatalogue.names.last == .threshold)
  }

  /// Prepares a phantom on a grid of 64 x 64.
  private func prepare(_ phantom: Phantom) throws -> PreparedCase {
    var preparation = Preparation()
    preparation.size = 64
    return try PreparedCase(
      image: phantom.image.encodedNIfTI(compressed: false), markers: phantom.markers.encoded(),
      name: "phantom", preparation: preparation, energy: EnergyParameters())
  }
}
