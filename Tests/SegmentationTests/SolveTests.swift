import Errors
import Foundation
import Imaging
import Jobs
import Methods
import Segmentation
import Testing
import Variational

/// Solves TV and elastica through the segmentation core, from the bytes of files to a mask.
struct SolveTests {
  private func job(
    _ method: Jobs.Method, seed: UInt64 = 2, tolerance: Double? = nil
  ) throws -> (SolveJob, JobBlobs, Phantom) {
    let phantom = try Phantom.chest(size: 96, noise: 0.02, seed: seed)
    let image = try phantom.image.encodedNIfTI(compressed: true)
    let markers = phantom.markers.encoded()
    let input = CaseInput(image: Digest(of: image), markers: Digest(of: markers))
    var basis = JobBasis(method: method)
    basis.preparation.size = 64
    basis.energy.gammas = .spread(factor: 3, smallest: 0.05)
    var parameters = MethodCatalogue[method]?.solver?.defaultNumbers ?? []
    for index in parameters.indices where parameters[index].name == "tolerance" {
      parameters[index].value = tolerance ?? parameters[index].value
    }
    let job = SolveJob(basis: basis, input: input, parameters: parameters)
    return (job, JobBlobs(inputs: [input.image: image, input.markers: markers]), phantom)
  }

  private func solve(
    _ job: SolveJob, with blobs: JobBlobs, emit: (JobEvent) throws -> Control = { _ in .proceed }
  ) throws -> JobProducts {
    try SegmentationCore.run(.solve(job), blobs: blobs, from: nil, now: { .zero }, emit: emit)
  }

  @Test("the phantom's lung is found", arguments: [Method.totalVariation, .elastica])
  func findsLung(
    method: Method
  ) throws {
    let (job, blobs, phantom) = try job(method)
    let products = try solve(job, with: blobs)
    #expect(products.products.map(\.role) == [.mask(case: 0)])
    let mask = try Mask(decoding: products.products[0].bytes, name: "mask")
    #expect((mask.width, mask.height) == (96, 96))
    let both = zip(mask.pixels, phantom.groundTruth.pixels).reduce(0) {
      $0 + ($1.0 && $1.1 ? 1 : 0)
    }
    let dice = 2 * Double(both) / Double(mask.area + phantom.groundTruth.area)
    #expect(dice > 0.85, "Dice \(dice)")
  }

  @Test("the TV solution is certified")
  func tvSolutionIsCertified() throws {
    let (job, blobs, _) = try job(.totalVariation)
    let metrics = try solve(job, with: blobs).metrics
    #expect(metrics["converged"] == 1)
    #expect(metrics["gap"].map { $0 <= 1e-4 } == true)
  }

  @Test("elastica ends no higher than it starts")
  func elasticaDescends() throws {
    let (job, blobs, _) = try job(.elastica)
    let metrics = try solve(job, with: blobs).metrics
    let end = try #require(metrics["energy"])
    let start = try #require(metrics["start_energy"])
    #expect(end <= start)
    #expect(metrics["elastica_energy"]?.isFinite == true)
  }

  @Test("equal jobs give equal bytes", arguments: [Method.totalVariation, .elastica])
  func isDeterministic(
    method: Method
  ) throws {
    let (job, blobs, _) = try job(method)
    #expect(
      try solve(job, with: blobs).products[0].bytes == solve(job, with: blobs).products[0].bytes)
  }

  @Test("a solver stops when it is told to", arguments: [Method.totalVariation, .elastica])
  func obeysStop(
    method: Method
  ) throws {
    let (job, blobs, _) = try job(method, tolerance: 1e-9)
    var events = 0
    let error = #expect(throws: DipperError.self) {
      try solve(job, with: blobs) { _ in
        events += 1
        return .stop
      }
    }
    #expect(error?.code == .jobStopped)
    #expect(events == 1)
  }

  @Test("markers off the image or without area are errors of the case")
  func badMarkersAreReported() throws {
    let (job, blobs, _) = try job(.totalVariation)
    for points in ["[[1, 1], [5, 1], [500, 5]]", "[[1, 1], [5, 1], [9, 1]]", "[[1, 1]]", "[]"] {
      let bytes = Data("{\"points\": \(points)}".utf8)
      var bad = job
      var files = blobs
      bad.input.markers = Digest(of: bytes)
      files.inputs[Digest(of: bytes)] = bytes
      let error = #expect(throws: DipperError.self) { try solve(bad, with: files) }
      #expect(error?.code == .caseUnusable, "\(points): \(error?.description ?? "no error")")
    }
  }

  @Test("a constant image is solved too")
  func solvesConstantImage() throws {
    let flat = try Image(width: 40, height: 40, value: 3).encodedPNG()
    let markers = Data("{\"points\": [[10, 10], [30, 10], [20, 30]]}".utf8)
    for method in [Method.totalVariation, .elastica] {
      var (job, _, _) = try job(method)
      job.input = CaseInput(image: Digest(of: flat), markers: Digest(of: markers))
      let blobs = JobBlobs(inputs: [Digest(of: flat): flat, Digest(of: markers): markers])
      let mask = try Mask(decoding: solve(job, with: blobs).products[0].bytes, name: "mask")
      #expect(mask.width == 40)
    }
  }
}
