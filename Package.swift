// swift-tools-version: 6.2
import Glibc
import PackageDescription

/// LibTorch as `Scripts/bootstrap` left it: a link in the checkout to the user's cache, or to `LIBTORCH`.
let libtorch = "\(Context.packageDirectory)/.libtorch"

// The compiler would only say that it finds no headers.
var link = stat()
if lstat(libtorch, &link) == 0, access("\(libtorch)/include", R_OK | X_OK) != 0 {
  fatalError(
    "\(libtorch) leads to a LibTorch that is gone or that you may not read: run Scripts/bootstrap")
}

let foreignSettings: [CXXSetting] = [
  .unsafeFlags(["-isystem", "\(libtorch)/include"]),
  .unsafeFlags(["-isystem", "\(libtorch)/include/torch/csrc/api/include"]),
  .unsafeFlags(["-Wall", "-Wextra", "-Werror"]),
  // Unfused products and sums have the same bits on every processor.
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
  static let deque = product(name: "DequeModule", package: "swift-collections")
  static let database = product(name: "GRDB", package: "GRDB.swift")
  static let sqlite = product(name: "GRDBSQLite", package: "GRDB.swift")
  static let heap = product(name: "HeapModule", package: "swift-collections")
  static let logging = product(name: "Logging", package: "swift-log")
  static let protobuf = product(name: "SwiftProtobuf", package: "swift-protobuf")
  static let signals = product(name: "UnixSignals", package: "swift-service-lifecycle")
  static let subprocess = product(name: "Subprocess", package: "swift-subprocess")
  static let system = product(name: "SystemPackage", package: "swift-system")
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
    name: "\(name)Tests",
    dependencies: dependencies + ["Expectations", "TestSupport", "TestTraits"],
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
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
  ],
  targets: [
    // Foreign: the one door of each C or C++ library.
    .systemLibrary(name: "CZeroMQ"),
    .systemLibrary(name: "CThreads"),
    .target(
      name: "CNIfTI", cSettings: [.unsafeFlags(["-I/usr/include/nifti"])],
      linkerSettings: [
        .linkedLibrary("nifti2"), .linkedLibrary("znz"), .linkedLibrary("z"),
      ]),
    .target(
      name: "CDICOM",
      cxxSettings: [
        .unsafeFlags(["-isystem", "/usr/include/openjpeg-2.5"]),
        .unsafeFlags(["-Wall", "-Wextra", "-Werror"]),
      ],
      linkerSettings: [
        .linkedLibrary("dcmjpls"), .linkedLibrary("dcmjpeg"), .linkedLibrary("dcmdata"),
        .linkedLibrary("oflog"), .linkedLibrary("ofstd"), .linkedLibrary("openjp2"),
      ]),
    .target(
      name: "CCompression", cSettings: [.unsafeFlags(["-Wall", "-Wextra", "-Werror"])],
      linkerSettings: [.linkedLibrary("z"), .linkedLibrary("bz2")]),
    .target(
      name: "CTIFF", cSettings: [.unsafeFlags(["-Wall", "-Wextra", "-Werror"])],
      linkerSettings: [.linkedLibrary("tiff")]),
    .target(
      name: "CJPEG", cSettings: [.unsafeFlags(["-Wall", "-Wextra", "-Werror"])],
      linkerSettings: [.linkedLibrary("jpeg")]),
    .target(name: "CPNG", linkerSettings: [.linkedLibrary("png")]),
    .target(
      name: "CTorch", cxxSettings: foreignSettings,
      linkerSettings: [
        .unsafeFlags(["-L\(libtorch)/lib", "-Xlinker", "-rpath", "-Xlinker", "\(libtorch)/lib"]),
        .linkedLibrary("torch_cpu"), .linkedLibrary("c10"),
      ]),

    // Our own kernels in C++ and C.
    .target(
      name: "CKernels", dependencies: ["CTorch"], exclude: ["README.md"],
      cSettings: [
        .unsafeFlags(["-Wall", "-Wextra", "-Werror", "-ffp-contract=off", "-fno-math-errno"])
      ],
      // Its C++ sees the handles that CTorch's C interface hides, and reads CTorch.h as text: C++20
      // would ask for a compiled module where SwiftPM passes a module map.
      cxxSettings: foreignSettings + [
        .headerSearchPath("../CTorch"), .unsafeFlags(["-fno-cxx-modules"]),
      ]),

    // Values.
    module("Errors", []),
    module("Imaging", ["Errors", "CNIfTI", "CPNG"]),
    .target(
      name: "Jobs", dependencies: ["Errors", .crypto], exclude: ["job.proto"],
      swiftSettings: swiftSettings),
    module("Experiments", ["Errors", "Jobs", "Methods", .yaml]),
    module("Evaluation", ["Errors", "Imaging", "Jobs", "Methods"]),

    // Numerics.
    module("Variational", ["Errors", "Jobs", "Imaging"]),
    module("Methods", ["Errors", "Imaging", "Jobs", "Variational"]),
    module("Torch", ["CTorch", "CKernels", "Errors"]),
    module("Segmentation", ["Errors", "Imaging", "Jobs", "Methods", "Variational", "Torch"]),

    // Protocol.
    module("Scheduling", ["Jobs", .deque, .heap]),
    module("Simulation", ["Jobs", "Scheduling", .heap]),
    .target(
      name: "Wire", dependencies: ["Errors", "Jobs", "Scheduling", .protobuf],
      exclude: ["dipper.proto"], swiftSettings: swiftSettings),

    // Effects.
    module("Threads", ["CThreads"]),
    module("Messaging", ["CZeroMQ", "Errors", "Threads", .deque, .system]),
    module("Blobs", ["Errors", "Jobs", "Wire", .deque, .system]),
    module("Journal", ["Errors", "Jobs", "Scheduling", "Wire", .database, .sqlite, .system]),

    module("Volumes", ["CCompression", "CDICOM", "CJPEG", "CTIFF", "Errors", "Imaging"]),
    module("Importing", ["Errors", "Experiments", "Jobs", "Imaging", "Volumes"]),

    // Runs.
    module(
      "Runs",
      [
        "Blobs", "Errors", "Evaluation", "Experiments", "Imaging", "Jobs", "Journal", "Scheduling",
        "Volumes",
      ]),
    module(
      "Reporting",
      [
        "Blobs", "Errors", "Evaluation", "Imaging", "Jobs", "Methods", "Runs", "Scheduling",
        "Variational",
      ]),

    // Shells.
    module(
      "Coordinator",
      [
        "Blobs", "Errors", "Jobs", "Journal", "Messaging", "Runs", "Scheduling", "Threads", "Wire",
        .logging,
      ]),
    module("Launching", ["Errors", "Jobs", .logging]),
    module(
      "Worker",
      [
        "Errors", "Jobs", "Segmentation", "Scheduling", "Wire", "Messaging", "Blobs",
        "Threads", .logging,
      ]),

    // Tools.
    tool(
      "dipper",
      [
        "Coordinator", "Errors", "Evaluation", "Experiments", "Imaging", "Importing", "Jobs",
        "Methods", "Journal", "Launching", "Messaging", "Reporting", "Runs", "Scheduling",
        "Simulation", "Volumes",
        .arguments, .logging, .signals,
      ]),
    tool(
      "dipper-worker",
      [
        "Blobs", "Errors", "Imaging", "Jobs", "Messaging", "Segmentation", "Worker", .arguments,
        .logging, .signals,
      ]),
    tool(
      "dipper-bench",
      [
        "Blobs", "Coordinator", "Errors", "Jobs", "Methods", "Imaging", "Messaging", "Runs",
        "Scheduling",
        "Segmentation", "Journal", "Threads", "Variational", "Worker", .arguments, .logging,
        .subprocess, .system,
      ]),

    // Tests.
    .target(
      name: "TestSupport", dependencies: ["Imaging", "Jobs"], path: "Tests/TestSupport",
      swiftSettings: swiftSettings),
    // Apart from TestSupport, which programs link too: traits need the testing library.
    .target(
      name: "TestTraits", dependencies: ["TestSupport"], path: "Tests/TestTraits",
      swiftSettings: swiftSettings),
    // Apart from TestSupport, which programs link too: expectations need the testing library.
    .target(
      name: "Expectations", dependencies: ["Errors"], path: "Tests/Expectations",
      swiftSettings: swiftSettings),
    .target(
      name: "RunFixtures",
      dependencies: ["Blobs", "Evaluation", "Imaging", "Jobs", "Methods", "Runs", "Scheduling"],
      path: "Tests/RunFixtures", swiftSettings: swiftSettings),
    .target(
      name: "AttackScenarios",
      dependencies: ["Errors", "Jobs", "Scheduling", "Wire", "Messaging", "TestSupport"],
      path: "Tests/Faults/AttackScenarios", swiftSettings: swiftSettings),
    .executableTarget(
      name: "dipper-faults", dependencies: ["AttackScenarios", .arguments],
      path: "Tests/Faults/dipper-faults", swiftSettings: swiftSettings),
    tests("Errors", ["Errors"]),
    tests("Imaging", ["Imaging", "Errors"]),
    tests("Jobs", ["Jobs", "Errors"]),
    tests("Experiments", ["Experiments", "Methods", "Jobs", "Errors"]),
    tests(
      "Evaluation",
      ["Evaluation", "Methods", "Errors", "Imaging", "Jobs", "Reporting", "RunFixtures"]),
    tests("Volumes", ["Volumes", "Errors", "Imaging", "Jobs"]),
    tests("Importing", ["Importing", "Errors", "Imaging", "Experiments", "Jobs"]),
    tests("Variational", ["Variational", "Errors", "Jobs", "Imaging"]),
    tests("Methods", ["Methods", "Errors", "Experiments", "Imaging", "Jobs", "Variational"]),
    tests("Torch", ["Torch", "Errors"]),
    tests(
      "Segmentation",
      ["Segmentation", "Methods", "Errors", "Imaging", "Jobs", "Variational", "Torch"]),
    tests("Scheduling", ["Scheduling", "Jobs"]),
    tests("Simulation", ["Simulation"]),
    tests("Wire", ["Wire", "Errors", "Scheduling", "Jobs"]),
    tests("Threads", ["Threads"]),
    tests("Messaging", ["Messaging", "Errors"]),
    tests("Blobs", ["Blobs", "Errors", "Wire", "Jobs", "Messaging"]),
    tests("Journal", ["Journal", "Errors", "Scheduling", "Jobs", "Wire", .database]),
    tests(
      "Runs",
      [
        "Blobs", "Errors", "Evaluation", "Experiments", "Imaging", "Jobs", "Journal", "Reporting",
        "RunFixtures", "Runs", "Scheduling",
      ]),
    tests(
      "Reporting",
      [
        "Blobs", "Errors", "Evaluation", "Imaging", "Jobs", "Methods", "Reporting", "RunFixtures",
        "Runs",
        "Scheduling",
      ]),
    tests(
      "Coordinator",
      [
        "Blobs", "Coordinator", "Errors", "Imaging", "Jobs", "Journal", "Messaging", "RunFixtures",
        "Runs", "Scheduling", "Wire", .logging,
      ]),
    tests("Launching", ["Jobs", "Launching", .logging]),
    tests(
      "Worker",
      [
        "Worker", "Errors", "Segmentation", "Scheduling", "Jobs", "Messaging", "Variational",
        "Wire", "Blobs", .logging,
      ]),
    tests(
      "EndToEnd",
      [
        "Jobs", "Imaging", "Evaluation", "Segmentation", "AttackScenarios", "Scheduling",
        "Journal",
      ]),
  ],
  cxxLanguageStandard: .cxx20
)

// Without `Scripts/faults fuzz`, which sets this, it would lack the main function of libFuzzer.
if Context.environment["DIPPER_FUZZ"] != nil {
  package.targets.append(
    .executableTarget(
      name: "dipper-fuzz",
      dependencies: ["Errors", "Experiments", "Jobs", "Imaging", "Torch", "Volumes", "Wire"],
      path: "Tests/Fuzzing", swiftSettings: swiftSettings))
}
