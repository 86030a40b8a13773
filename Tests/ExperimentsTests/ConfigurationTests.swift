import Experiments
import Foundation
import Jobs
import Methods
import Testing

@Test("the smallest configuration has every default") func defaults() throws {
  let read = try configuration(smallest)
  #expect(read.name == "tiny")
  #expect(read.seeds == [1] && read.sweep == nil)
  #expect(read.datasets == [.folder(path: "data")])
  #expect(read.methods == MethodCatalogue.defaults)
  #expect(read.report == ReportSettings())
  for method in MethodCatalogue.names { #expect(read.settings(for: method) == MethodSettings()) }
}

@Test("every key sets its parameter") func everyKey() throws {
  let read = try configuration(
    """
    name: all
    seed: 7
    datasets: [{folder: /data}]
    methods: [DIP, M1]
    preparation: {window: [-100, 200], region_of_interest: 4, size: 64}
    energy:
      {lambda: 2, theta: 4, mu: 0.5, iota: 10, edge_sigma: 3, gammas: {otsu: 4}, smallest_gamma: 0.1,
       distance_sigma: 1.5, vartheta: 0.1, epsilon: 0.01, beta: 100}
    network:
      {vm_width: 8, vm_depth: 3, dip_width: 24, dip_skip: 2, dip_depth: 4, noise_channels: 16}
    training:
      {epochs: 9, learning_rate: 0.01, noise_scale: 0.2, noise_deviation: 0.03, similarity: 0.7,
       checkpoint_every: 3, output_averaging: 0.9}
    prediction: {normalisation: running}
    tv: {mu: 2, tolerance: 0.01, maximum_iterations: 11}
    elastica: {alpha: 3, beta: 20, coupling: 4, tolerance: 0.02, maximum_iterations: 12}
    numerics: {threads: 2, mode: portable}
    report: {panels: 0}
    """)
  #expect(read.seeds == [7] && read.methods == [.deepImagePrior, .m1] && read.report.panels == 0)
  #expect(read.settings(for: .m1) == settingsOfEveryKey)
}

/// The settings that the configuration above describes.
private let settingsOfEveryKey: MethodSettings = {
  var all = MethodSettings()
  all.hasOwnWindow = true
  all.preparation.window = .range(low: -100, high: 200)
  all.preparation.regionOfInterest = 4
  all.preparation.size = 64
  all.energy.lambda = 2
  all.energy.theta = 4
  all.energy.gammas = .otsu(classes: 4, smallest: 0.1)
  all.energy.distanceSigma = 1.5
  all.energy.vartheta = 0.1
  all.energy.epsilon = 0.01
  all.energy.beta = 100
  all.smallestGamma = 0.1
  all.variation.mu = 0.5
  all.variation.iota = 10
  all.variation.sigma = 3
  all.vmNet.width = 8
  all.vmNet.depth = 3
  all.prior.network.width = 24
  all.prior.network.skip = 2
  all.prior.network.depth = 4
  all.prior.network.noiseChannels = 16
  all.prior.noise.scale = 0.2
  all.prior.noise.deviation = 0.03
  all.training.epochs = 9
  all.training.learningRate = 0.01
  all.training.checkpointEvery = 3
  all.similarity = 0.7
  all.outputAveraging = 0.9
  all.normalisation = .running
  all.solverParameters = [
    .totalVariation: ["mu": 2, "tolerance": 0.01, "maximum_iterations": 11],
    .elastica: [
      "alpha": 3, "beta": 20, "coupling": 4, "tolerance": 0.02, "maximum_iterations": 12,
    ],
  ]
  all.numerics.threads = 2
  all.numerics.mode = .portable
  return all
}()

@Test(
  "whole numbers are those of YAML 1.2",
  arguments: [
    ("010", 10), ("0", 0), ("+7", 7), ("0o10", 8), ("0x10", 16), ("0xfF", 255), ("0009", 9),
    ("9223372036854775807", UInt64(Int.max)),
  ])
func wholeNumbers(text: String, value: UInt64) throws {
  #expect(try configuration("\(smallest)\nseed: \(text)").seeds == [value])
  #expect(try configuration("\(smallest)\nseeds: [\(text), 3]").seeds == [value, 3])
}

@Test(
  "numbers are those of YAML 1.2",
  arguments: [
    ("010", 10), ("0o10", 8), ("0x10", 16), (".5", 0.5), ("+.5", 0.5), ("1.", 1), ("1e3", 1000),
    ("2.5E-1", 0.25), ("010.5", 10.5), ("100000000000000000000", 1e20),
  ])
func numbers(text: String, value: Double) throws {
  let read = try configuration("\(smallest)\nenergy: {theta: \(text)}")
  #expect(read.settings(for: .m1).energy.theta == value)
  let window = try configuration("\(smallest)\npreparation: {window: [-2.5, \(text)]}")
  #expect(window.settings(for: .m1).preparation.window == .range(low: -2.5, high: value))
}

@Test("portable numerics are requested by one word or beside the threads") func portableNumerics()
  throws
{
  func numerics(_ yaml: String) throws -> Numerics {
    try configuration("\(smallest)\nnumerics: \(yaml)").settings(for: .m3).numerics
  }
  #expect(try numerics("portable").mode == .portable)
  #expect(try numerics("{mode: portable}") == numerics("portable"))
  // Requesting the default gives the same settings, and so the same names of jobs, as no request.
  #expect(try numerics("native") == Numerics())
  #expect(try numerics("{mode: native, threads: 1}") == Numerics())
}

@Test(
  "networks run on the configured device",
  arguments: [
    ("cpu", nil), ("cuda", "cuda:0"), ("cuda:0", "cuda:0"), ("cuda:127", "cuda:127"),
  ])
func device(text: String, device: String?) throws {
  let read = try configuration("\(smallest)\nnumerics: {device: \(text)}")
  #expect(read.settings(for: .m3).device?.description == device)
  // Requesting the default gives the same settings as no request.
  #expect(device != nil || read.settings(for: .m3) == MethodSettings())
}

@Test("an override can keep one method on the CPU") func deviceOfOneMethod() throws {
  let read = try configuration(
    "\(smallest)\nnumerics: {device: cuda:1}\noverrides: {M1: {numerics: {device: cpu}}}")
  #expect(read.settings(for: .m1).device == nil)
  #expect(read.settings(for: .m2).device?.index == 1)
}

@Test("a job encodes its GPU as a word, and other words are refused") func encodedDevice() throws {
  let job = FitJob(
    basis: JobBasis(method: .deepImagePrior), inputs: [], seed: 1, prior: DeepImagePrior(),
    training: TrainingParameters(), outputAveraging: 0, device: CUDADevice("cuda"))
  let bytes = try JSONEncoder().encode(job)
  #expect(String(decoding: bytes, as: UTF8.self).contains(#""device":"cuda:0""#))
  #expect(try JSONDecoder().decode(FitJob.self, from: bytes) == job)
  for wrong in ["", "gpu", "cuda:", "cuda:x", "cuda:-1", "cuda:+1", "cuda:128", "cuda:1:2"] {
    #expect(CUDADevice(wrong) == nil)
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(CUDADevice.self, from: JSONEncoder().encode(wrong))
    }
  }
}

@Test("gammas are chosen by Otsu's method, by the spread, or given") func gammaRules() throws {
  func gammas(_ rule: String) throws -> GammaRule {
    try configuration("\(smallest)\nenergy: {gammas: \(rule)}").settings(for: .m1).energy.gammas
  }
  #expect(try gammas("{otsu: 3}") == .otsu(classes: 3, smallest: 0.05))
  #expect(try gammas("{spread: 2.5}") == .spread(factor: 2.5, smallest: 0.05))
  #expect(try gammas("{gamma1: 0.1, gamma2: 0.2}") == .fixed(gamma1: 0.1, gamma2: 0.2))
}

@Test("an override changes only its method") func overrides() throws {
  let read = try configuration(
    smallest + """

      energy: {theta: 5}
      overrides:
        M1: {energy: {mu: 0.7}}
        DIP: {training: {epochs: 300}}
      """)
  #expect(read.settings(for: .m1).variation.mu == 0.7)
  #expect(read.settings(for: .m1).energy.theta == 5)
  #expect(read.settings(for: .m2).variation.mu == EdgeWeightedVariation().mu)
  #expect(read.settings(for: .deepImagePrior).training.epochs == 300)
  #expect(read.settings(for: .m3).training.epochs == TrainingParameters().epochs)
}

@Test("parameters of a data set override common ones and yield to those of a method")
func precedence() throws {
  let read = try configuration(
    """
    name: three
    datasets:
      - folder: lung
      - {folder: liver, energy: {theta: 12}, preparation: {window: [0, 9]}, numerics: portable}
      - {phantom: {kind: chest}, energy: {mu: 3}, training: {epochs: 9, cases: 1}}
    energy: {theta: 5, lambda: 2}
    training: {epochs: 50}
    overrides:
      M1: {energy: {theta: 20}}
      DIP: {training: {epochs: 300}}
    """)
  #expect(read.datasets[1] == .folder(path: "liver"))
  #expect((0..<3).map { read.settings(for: .m2, on: $0).energy.theta } == [5, 12, 5])
  #expect((0..<3).map { read.settings(for: .m1, on: $0).energy.theta } == [20, 20, 20])
  #expect((0..<3).map { read.settings(for: .m1, on: $0).variation.mu } == [0.2, 0.2, 3])
  #expect((0..<3).map { read.settings(for: .m4, on: $0).training.epochs } == [50, 50, 9])
  #expect(
    (0..<3).map { read.settings(for: .deepImagePrior, on: $0).training.epochs } == [300, 300, 300])
  #expect((0..<3).map { read.settings(for: .m3, on: $0).trainingCases } == [nil, nil, 1])
  #expect((0..<3).map { read.settings(for: .m3, on: $0).hasOwnWindow } == [false, true, false])
  #expect(
    (0..<3).map { read.settings(for: .m3, on: $0).numerics.mode } == [.native, .portable, .native])
  #expect((0..<3).allSatisfy { read.settings(for: .m3, on: $0).energy.lambda == 2 })
}

@Test("YAML anchors and aliases are resolved") func anchors() throws {
  let read = try configuration(
    """
    name: anchors
    datasets: [{folder: data}]
    overrides:
      M3: &long {training: {epochs: 900}}
      M4: *long
    """)
  #expect(read.settings(for: .m3).training.epochs == 900)
  #expect(read.settings(for: .m4) == read.settings(for: .m3))
}

@Test("phantoms are described in the configuration") func phantoms() throws {
  let read = try configuration(
    """
    name: drawn
    datasets:
      - phantom: {kind: chest}
      - phantom: {name: lesions, kind: liver, size: 96, noise: 0, train: 0, test: 5, seed: 8}
    """)
  guard case .phantom(let chest) = read.datasets[0], case .phantom(let liver) = read.datasets[1]
  else {
    Issue.record("not phantoms: \(read.datasets)")
    return
  }
  #expect(chest.name == "chest" && chest.kind == .chest && chest.size == 128 && chest.seed == 1)
  #expect(liver.name == "lesions" && liver.kind == .liver && liver.size == 96 && liver.seed == 8)
  #expect(liver.noise == 0 && liver.train == 0 && liver.test == 5)
}

@Test("a folder's training cases can be named") func namedTrainingCases() throws {
  let read = try configuration(
    "name: a\ndatasets:\n  - {folder: d, train: [0017, b-2], energy: {theta: 4}}")
  #expect(read.datasets == [.folder(path: "d", train: ["0017", "b-2"])])
  #expect(read.settings(for: .m2, on: 0).energy.theta == 4)
  #expect(
    read.datasets[0].resolved(relativeTo: URL(filePath: "/x"))
      == .folder(path: "/x/d", train: ["0017", "b-2"]))
}

@Test(
  "folders are relative to the configuration file",
  arguments: [
    ("data", "/home/me/Config/data"), ("../../shared/lung", "/home/shared/lung"),
    ("/data/lung/", "/data/lung"), (".", "/home/me/Config"),
  ])
func relativeFolders(path: String, resolved: String) {
  let folder = URL(filePath: "/home/me/Config")
  #expect(
    DatasetSource.folder(path: path).resolved(relativeTo: folder) == .folder(path: resolved))
}

@Test("every shipped configuration of the paper plans all methods on its test images")
func shippedPlans() throws {
  let folder = URL(filePath: #filePath).appending(path: "../../../Config").standardized
  let files = try FileManager.default.contentsOfDirectory(
    at: folder, includingPropertiesForKeys: nil
  )
  .filter { $0.pathExtension == "yaml" }
  let names = Set(files.map(\.lastPathComponent))
  #expect(names.isSuperset(of: ["quickstart.yaml", "lung.yaml", "liver.yaml", "sarcoma.yaml"]))
  for file in files {
    let read = try ExperimentConfiguration(
      yaml: String(contentsOf: file, encoding: .utf8), file: file.lastPathComponent)
    #expect(read.name + ".yaml" == file.lastPathComponent)
    #expect(Set(read.methods) == Set(MethodCatalogue.defaults))
    let test = (1...16).map { "t\($0)" }
    let plan = try Planner.plan(read, datasets: [dataset(test: test)])
    // M1 to M4 have a training and a prediction each, three methods a job for each test image.
    #expect(plan.jobs.count == 4 * 2 + 3 * 16)
  }
}
