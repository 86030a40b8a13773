// swift-tools-version: 6.2
import PackageDescription

/// LibTorch as `Scripts/bootstrap` left it: a link in the checkout to the user's cache, or to `LIBTORCH`.
let libtorch = "\(Context.packageDirectory)/.libtorch"

let foreignSettings: [CXXSetting] = [
  .unsafeFlags(["-isystem", "\(libtorch)/include"]),
  .unsafeFlags(["-isystem", "\(libtorch)/include/torch/csrc/api/include"]),
  .unsafeFlags(["-Wall", "-Wextra", "-Werror"]),
  // The same bits on every processor.
  .unsafeFlags(["-ffp-contract=off"]),
]

let swiftSettings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

extension Target.Dependency {
  static let arguments = product(name: "ArgumentParser", package: "swift-argument-parser")
  static let crypto = product(name: "Crypto", package: "swift-crypto")
  static let database = product(name: "GRDB", package: "GRDB.swift")
  static let sqlite = product(name: "GRDBSQLite", package: "GRDB.swift")
  static let logging = product(name: "Logging", package: "swift-log")
  static let protobuf = product(name: "SwiftProtobuf", package: "swift-protobuf")
  static let signals = product(name: "UnixSignals", package: "swift-service-lifecycle")
  static let yaml = product(name: "Yams", package: "Yams")
}

/// A target and the modules that it may import: the arrows of the design, checked by `Scripts/check`.
func module(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: swiftSettings)
}

func tool(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .executableTarget(name: name, dependencies: dependencies, swiftSettings: swiftSettings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: dependencies + ["Expectations", "TestSupport"],
    swiftSettings: swiftSettings)
}

let package = Package(
  name: "dipper",
  products: [
    .executable(name: "dipper", targets: ["dipper"]),
    .executable(name: "dipper-worker", targets: ["dipper-worker"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
  ],
  targets: [
    // Foreign: the one door of each C or C++ library.
    .systemLibrary(name: "CZeroMQ"),
    .systemLibrary(name: "CThreads"),
    .target(
      name: "CNIfTI", cSettings: [.unsafeFlags(["-I/usr/include/nifti"])],
      linkerSettings: [
        .linkedLibrary("niftiio"), .linkedLibrary("znz"), .linkedLibrary("z"),
      ]),
    .target(
      name: "CDICOM", cxxSettings: [.unsafeFlags(["-Wall", "-Wextra", "-Werror"])],
      linkerSettings: [
        .linkedLibrary("dcmjpls"), .linkedLibrary("dcmjpeg"), .linkedLibrary("dcmdata"),
        .linkedLibrary("oflog"), .linkedLibrary("ofstd"),
      ]),
    .target(
      name: "CNRRD", cSettings: [.unsafeFlags(["-Wall", "-Wextra", "-Werror"])],
      linkerSettings: [.linkedLibrary("teem")]),
    .target(name: "CPNG", linkerSettings: [.linkedLibrary("png")]),
    .target(
      name: "CTorch", cxxSettings: foreignSettings,
      linkerSettings: [
        .unsafeFlags(["-L\(libtorch)/lib", "-Xlinker", "-rpath", "-Xlinker", "\(libtorch)/lib"]),
        .linkedLibrary("torch_cpu"), .linkedLibrary("c10"),
      ]),

    // Ours in C, for the sake of its compiler: random numbers many at a time.
    .target(
      name: "CRandom",
      cSettings: [
        .unsafeFlags(["-Wall", "-Wextra", "-Werror", "-ffp-contract=off", "-fno-math-errno"])
      ]),

    // Values.
    module("Errors", []),
    module("Imaging", ["CNIfTI", "CPNG"]),
    module("Experiments", [.crypto, .yaml]),
    module("Evaluation", ["Imaging", "Experiments"]),

    // Numerics.
    module("Variational", ["Errors", "Experiments", "Imaging"]),
    module("Torch", ["CTorch"]),
    module(
      "Segmentation", ["CRandom", "Errors", "Imaging", "Experiments", "Variational", "Torch"]),

    // Protocol.
    module("Scheduling", ["Experiments"]),
    module("Simulation", ["Experiments", "Scheduling"]),
    .target(
      name: "Wire", dependencies: ["Experiments", "Scheduling", .protobuf],
      exclude: ["dipper.proto"], swiftSettings: swiftSettings),

    // Effects.
    module("Threads", ["CThreads"]),
    module("Messaging", ["CZeroMQ", "Threads"]),
    module("Blobs", ["Experiments", "Wire"]),
    module("Store", ["Experiments", "Scheduling", .database, .sqlite]),

    module("Volumes", ["CDICOM", "CNRRD", "Imaging"]),
    module("Importing", ["Experiments", "Imaging", "Volumes"]),

    // Shells.
    module(
      "Coordinator",
      [
        "Experiments", "Imaging", "Evaluation", "Scheduling", "Wire", "Messaging", "Blobs", "Store",
        "Threads", .logging,
      ]
    ),
    module(
      "Worker",
      [
        "Errors", "Experiments", "Segmentation", "Scheduling", "Wire", "Messaging", "Blobs",
        "Threads", .logging,
      ]),

    // Tools.
    tool(
      "dipper",
      [
        "Coordinator", "Experiments", "Evaluation", "Imaging", "Importing", "Scheduling",
        "Simulation", "Messaging", "Store", .arguments, .logging, .signals,
      ]),
    tool(
      "dipper-worker",
      [
        "Worker", "Messaging", "Blobs", "Segmentation", "Experiments", "Evaluation", "Imaging",
        "Errors", "Variational", .arguments, .logging, .signals,
      ]),
    tool(
      "dipper-bench",
      [
        "Blobs", "Coordinator", "Experiments", "Imaging", "Messaging", "Scheduling", "Segmentation",
        "Store", "Threads", "Variational", "Worker", .arguments, .logging,
      ]),

    // Tests.
    .target(
      name: "TestSupport", dependencies: ["Imaging", "Experiments"], path: "Tests/TestSupport",
      swiftSettings: swiftSettings),
    // Apart from TestSupport, which programs link too: expectations need the testing library.
    .target(
      name: "Expectations", dependencies: ["Errors"], path: "Tests/Expectations",
      swiftSettings: swiftSettings),
    .target(
      name: "AttackScenarios",
      dependencies: ["Experiments", "Scheduling", "Wire", "Messaging", "TestSupport"],
      path: "Tests/Faults/AttackScenarios", swiftSettings: swiftSettings),
    .executableTarget(
      name: "dipper-faults", dependencies: ["AttackScenarios", .arguments],
      path: "Tests/Faults/dipper-faults", swiftSettings: swiftSettings),
    tests("Errors", ["Errors"]),
    tests("Imaging", ["Imaging"]),
    tests("Experiments", ["Experiments"]),
    tests("Evaluation", ["Evaluation", "Imaging", "Experiments"]),
    tests("Volumes", ["Volumes", "Imaging", "Experiments"]),
    tests("Importing", ["Importing", "Imaging", "Experiments"]),
    tests("Variational", ["Variational", "Experiments", "Imaging"]),
    tests("Torch", ["Torch"]),
    tests(
      "Segmentation",
      ["Segmentation", "Errors", "Imaging", "Experiments", "Variational", "Torch"]),
    tests("Scheduling", ["Scheduling", "Experiments"]),
    tests("Simulation", ["Simulation"]),
    tests("Wire", ["Wire", "Scheduling", "Experiments"]),
    tests("Threads", ["Threads"]),
    tests("Messaging", ["Messaging"]),
    tests("Blobs", ["Blobs", "Wire", "Experiments", "Messaging"]),
    tests("Store", ["Store", "Scheduling", "Experiments", .database]),
    tests(
      "Coordinator",
      [
        "Coordinator", "Scheduling", "Experiments", "Evaluation", "Imaging", "Messaging", "Wire",
        "Blobs", "Store", .logging,
      ]),
    tests(
      "Worker",
      [
        "Worker", "Errors", "Segmentation", "Scheduling", "Experiments", "Messaging", "Wire",
        "Blobs", .logging,
      ]),
    tests(
      "EndToEnd",
      [
        "Experiments", "Imaging", "Evaluation", "Segmentation", "AttackScenarios", "Scheduling",
        "Store",
      ]),
  ],
  cxxLanguageStandard: .cxx20
)

// Without `Scripts/faults fuzz`, which sets this, it would lack the main function of libFuzzer.
if Context.environment["DIPPER_FUZZ"] != nil {
  package.targets.append(
    .executableTarget(
      name: "dipper-fuzz", dependencies: ["Experiments", "Imaging", "Torch", "Volumes", "Wire"],
      path: "Tests/Fuzzing", swiftSettings: swiftSettings))
}
