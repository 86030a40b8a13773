import Errors
import Foundation
import Imaging
import Jobs
import Methods
import Segmentation
import Testing
import Torch
import Variational

/// Tests the prediction of images by a trained VM Net.
struct PredictionTests {
  @Test("the eight symmetries differ and can be undone")
  func symmetriesCanBeUndone() {
    let size = 5
    let pixels = (0..<size * size).map { Float($0) }
    var seen: Set<[Float]> = []
    for symmetry in Symmetry.all {
      let turned = symmetry.applied(to: pixels, size: size)
      #expect(turned.sorted() == pixels)
      #expect(symmetry.undone(on: turned, size: size) == pixels)
      seen.insert(turned)
    }
    #expect(seen.count == 8 && Symmetry.all[0].applied(to: pixels, size: size) == pixels)
  }

  /// The predictions by either statistics are among the candidates of least-energy.
  @Test("least-energy is not above the energy of either statistics", arguments: [Method.m2, .m4])
  func leastEnergyIsLeast(method: Method) throws {
    var (training, blobs) = try smallJob(method, kind: .train)
    // On the images' own grid the masks are those whose energy was compared.
    training.preparation.size = 64
    blobs.weights = try run(training, with: blobs).products[0].bytes
    var energies: [PredictionNormalisation: [Double]] = [:]
    for rule in PredictionNormalisation.allCases {
      var job = training
      job.kind = .predict
      job.normalisation = rule
      energies[rule] = try zip(run(job, with: blobs).products, job.inputs).map { product, input in
        let prepared = try PreparedCase(
          image: blobs.inputs[input.image]!, markers: blobs.inputs[input.markers]!, name: "x",
          preparation: job.preparation, energy: job.energy)
        let mask = try Mask(decoding: product.bytes, name: "mask")
        return zip(prepared.dataTerm.pixels, mask.pixels).reduce(0) {
          $1.1 ? $0 + Double($1.0) : $0
        }
      }
    }
    let least = try #require(energies[.leastEnergy])
    for rule in [PredictionNormalisation.image, .running] {
      for (one, other) in zip(least, try #require(energies[rule])) { #expect(one <= other + 1e-3) }
    }
    #expect(energies[.image] != energies[.running])
  }

  @Test("a clipped distance changes the training and is stored with the weights")
  func clippedDistanceIsStored() throws {
    var (job, blobs) = try smallJob(.m4, kind: .train)
    let plain = try run(job, with: blobs).metrics["loss"]
    job.geometry = .clippedDistance
    let trained = try run(job, with: blobs)
    #expect(trained.metrics["loss"] != plain)
    blobs.weights = trained.products[0].bytes
    job.kind = .predict
    #expect(try run(job, with: blobs).products.count == 2)
    job.method = .m3
    job.geometry = .markers
    let error = #expect(throws: DipperError.self) { try run(job, with: blobs) }
    #expect(error?.message.contains("G = clipped-distance:3.0, not markers") == true)
  }

  @Test("weights that claim a huge network are refused before one is made")
  func hugeNetworkIsRefused() throws {
    let (job, inputs) = try smallJob(.m1, kind: .predict)
    var blobs = inputs
    blobs.weights =
      Safetensors(metadata: [
        "format": "dipper.vm-net.1", "geometric": "markers", "width": "512", "depth": "6",
      ]).encoded()
    let error = #expect(throws: DipperError.self) { try run(job, with: blobs) }
    #expect(error?.code == .weightsInvalid)
    #expect(error?.message.contains("width 512 and depth 6") == true)
  }

  @Test(
    "a geometric input is parsed from its description",
    arguments: [
      GeometricInput.markers, .distance, .clippedDistance(slope: 3), .clippedDistance(slope: 0.1),
    ])
  func parsesDescription(input: GeometricInput) {
    #expect(GeometricInput(input.description) == input)
  }

  @Test(
    "other descriptions are refused",
    arguments: ["", "mark", "clipped-distance", "clipped-distance:x", "clipped-distance:-1"])
  func refusesOtherDescriptions(text: String) { #expect(GeometricInput(text) == nil) }

  @Test("prefetched noise is that of its epoch")
  func prefetchedNoiseIsRight() throws {
    var prior = DeepImagePrior()
    prior.network.noiseChannels = 3
    func values(epoch: Int, prefetching: Int?) throws -> [Float] {
      let noise = try NoiseInput(
        count: 2, prior: prior, size: 8, seed: 9, on: .cpu)
      if let prefetching { noise.prefetch(epoch: prefetching) }
      try noise.prepare(epoch: epoch)
      return try noise.tensor.floats()
    }
    let plain = try values(epoch: 4, prefetching: nil)
    #expect(try values(epoch: 4, prefetching: 4) == plain)
    #expect(try values(epoch: 4, prefetching: 3) == plain)
    #expect(try values(epoch: 5, prefetching: nil) != plain)
  }
}
