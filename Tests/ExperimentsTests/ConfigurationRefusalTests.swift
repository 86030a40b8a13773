import Experiments
import Jobs
import Testing

/// Texts that are refused after the smallest configuration, which ends in line 3, with the parts that
/// the message must contain.
private let refused: [(yaml: String, parts: [String])] = [
  // Unknown and repeated keys.
  ("metods: [M1]", ["x.yaml:4: metods is not a known key", "did you mean `methods`?"]),
  (
    "colour: red",
    ["x.yaml:4: colour is not a known key", "known are name, seed, seeds, datasets"]
  ),
  ("\n\nenergy:\n  lambda: 1\n  thetta: 2", ["x.yaml:8: energy.thetta", "`theta`?"]),
  ("energy: {theta: 1}\nenergy: {theta: 2}", ["energy is given twice"]),
  ("training:\n  epochs: 1\n  epochs: 2", ["x.yaml:", "epochs is given twice"]),
  ("overrides:\n  M5: {}", ["x.yaml:5: overrides.M5 is not a known key", "`M1`?"]),
  ("overrides:\n  M1: {energy: {nu: 1}}", ["x.yaml:5: overrides.M1.energy.nu", "`mu`?"]),
  ("overrides:\n  M1: {methods: [M2]}", ["x.yaml:5: overrides.M1.methods is not a known key"]),
  ("[1, 2]: 3", ["x.yaml:4: a key must be a word"]),
  // Values of a wrong type.
  ("energy: 3", ["x.yaml:4: energy must hold `key: value` lines"]),
  ("energy:\n  theta: high", ["x.yaml:5: energy.theta must be a number >= 0", "not `high`"]),
  ("energy:\n  theta: [1]", ["x.yaml:5: energy.theta must be a number"]),
  ("training: {epochs: 2.5}", ["x.yaml:4: training.epochs must be a whole number", "not `2.5`"]),
  ("methods: M1", ["x.yaml:4: methods must be a list with at least one entry", "not `M1`"]),
  ("methods: []", ["x.yaml:4: methods must be a list with at least one entry"]),
  ("methods:\n  - M1\n  - M9", ["x.yaml:6: methods must be one of M1, M2", "not `M9`"]),
  ("methods: [M1, M1]", ["x.yaml:4: methods must be a list without repetition"]),
  (
    "prediction: {normalisation: batch}",
    ["prediction.normalisation must be one of running, image, least-energy"]
  ),
  // Numbers that the core schema of YAML 1.2 does not have.
  ("seed: 1:30", ["x.yaml:4: seed must be", "not `1:30`, which is not a number in YAML 1.2"]),
  ("energy: {theta: 1:30.5}", ["energy.theta must be a number", "not `1:30.5`, which is not"]),
  ("training: {epochs: 1_000}", ["training.epochs must be", "not `1_000`, which is not a number"]),
  ("energy: {theta: 1_0.5}", ["energy.theta must be", "not `1_0.5`, which is not a number"]),
  ("seeds: [1, 0b11]", ["x.yaml:4: seeds must be", "not `0b11`, which is not a number"]),
  ("seed: -0x10", ["x.yaml:4: seed must be", "not `-0x10`, which is not a number"]),
  ("seed: 0o8", ["x.yaml:4: seed must be", "not `0o8`"]),
  ("energy: {theta: 0x1p3}", ["energy.theta must be a number", "not `0x1p3`"]),
  ("energy: {theta: 1e}", ["energy.theta must be a number", "not `1e`"]),
  ("energy: {theta: '0,5'}", ["energy.theta must be a number", "not `0,5`"]),
  ("energy: {theta: 1e400}", ["energy.theta must be a number", "not `1e400`"]),
  ("training: {epochs: 1e3}", ["training.epochs must be a whole number", "not `1e3`"]),
  ("seed: 9223372036854775808", ["x.yaml:4: seed must be", "not `9223372036854775808`"]),
  ("seed: yes", ["x.yaml:4: seed must be a whole number", "not `yes`"]),
  ("seed: ~", ["x.yaml:4: seed must be a whole number", "not `~`"]),
  // Numbers in quotes.
  ("seed: \"7\"", ["x.yaml:4: seed must be", "not `7` in quotes", "leave out the quotes"]),
  ("seeds: [1, '7']", ["x.yaml:4: seeds must be a list", "not `7` in quotes"]),
  ("energy: {theta: '.5'}", ["energy.theta must be a number", "not `.5` in quotes"]),
  ("preparation: {window: [1, '2']}", ["preparation.window must be", "not `2` in quotes"]),
  ("sweep: {grid: {energy.theta: [1, '2']}}", ["energy.theta must be", "not `2` in quotes"]),
  // Values out of range.
  ("seed: -1", ["x.yaml:4: seed must be a whole number from 0"]),
  ("preparation: {size: 100}", ["x.yaml:4: preparation.size", "a multiple of 32", "not `100`"]),
  ("preparation: {size: 0}", ["x.yaml:4: preparation.size", "from 32"]),
  (
    "preparation: {region_of_interest: 1}",
    ["x.yaml:4: preparation.region_of_interest", "> 1 and <= 1000"]
  ),
  ("preparation: {window: [5, 5]}", ["x.yaml:4: preparation.window", "low < high"]),
  (
    "preparation: {window: [1, 2, 3]}", ["x.yaml:4: preparation.window", "`minmax` or [low, high]"]
  ),
  ("preparation: {window: bone}", ["x.yaml:4: preparation.window", "not `bone`"]),
  ("energy: {mu: -0.1}", ["x.yaml:4: energy.mu must be a number >= 0", "not `-0.1`"]),
  ("energy: {theta: .inf}", ["x.yaml:4: energy.theta must be a number >= 0"]),
  ("energy: {theta: .nan}", ["x.yaml:4: energy.theta must be a number >= 0"]),
  ("energy: {epsilon: 0}", ["x.yaml:4: energy.epsilon must be a number > 0"]),
  ("energy: {gammas: {otsu: 1}}", ["x.yaml:4: energy.gammas.otsu", "from 2 to 8"]),
  ("energy: {gammas: {}}", ["x.yaml:4: energy.gammas must hold either otsu, or spread"]),
  ("energy: {gammas: {otsu: 3, spread: 2}}", ["energy.gammas must hold either"]),
  ("energy: {gammas: {gamma1: 0.1}}", ["energy.gammas must hold either"]),
  ("network: {vm_width: 0}", ["x.yaml:4: network.vm_width", "from 1 to 512"]),
  ("preparation: {size: 96}\nnetwork: {dip_depth: 6}", ["x.yaml:5: preparation.size", "of 64"]),
  ("training: {epochs: 0}", ["x.yaml:4: training.epochs", "from 1"]),
  ("training: {learning_rate: 0}", ["x.yaml:4: training.learning_rate must be a number > 0"]),
  (
    "training: {output_averaging: 1}",
    ["x.yaml:4: training.output_averaging", ">= 0 and <= 0.99999"]
  ),
  ("training: {stopping: never}", ["training.stopping must be one of fixed, plateau, variance"]),
  ("training: {stopping: {window: 3}}", ["rule is missing in training.stopping"]),
  ("training: {stopping: {rule: plateau, window: 3}}", ["training.stopping.window is not a known"]),
  ("tv: {mu: 0}", ["x.yaml:4: tv.mu must be a number > 0"]),
  ("tv: {tolerance: 2}", ["x.yaml:4: tv.tolerance"]),
  ("elastica: {coupling: -1}", ["x.yaml:4: elastica.coupling must be a number > 0"]),
  ("numerics: {threads: 0}", ["x.yaml:4: numerics.threads", "from 1 to 256"]),
  ("numerics: exact", ["x.yaml:4: numerics must be one of native, portable, not `exact`"]),
  (
    "numerics: {precision: half}", ["x.yaml:4: numerics.precision must be one of float32, bfloat16"]
  ),
  ("numerics: {mode: exact}", ["x.yaml:4: numerics.mode must be one of native, portable"]),
  ("numerics: {device: gpu}", ["x.yaml:4: numerics.device must be cpu, cuda or cuda:N", "`gpu`"]),
  ("numerics:\n  device: cuda:128", ["x.yaml:5: numerics.device must be", "not `cuda:128`"]),
  ("numerics: {device: [cuda]}", ["x.yaml:4: numerics.device must be cpu"]),
  (
    "numerics: {mode: portable, device: cuda}",
    ["x.yaml:4: numerics.device must be cpu where numerics.mode is portable"]
  ),
  (
    "numerics: portable\noverrides: {M1: {numerics: {device: cuda}}}",
    ["x.yaml:5: numerics.device must be cpu where numerics.mode is portable"]
  ),
  (
    "numerics: {precision: tfloat32}",
    ["x.yaml:4: numerics.precision is tfloat32, which only GPUs have: set numerics.device"]
  ),
  (
    "numerics: {device: cuda, precision: tfloat32}\noverrides: {M1: {numerics: {device: cpu}}}",
    ["x.yaml:5: numerics.precision is tfloat32, which only GPUs have"]
  ),
  ("training: {fits_per_job: 0}", ["x.yaml:4: training.fits_per_job", "from 1 to 256"]),
  (
    "training: {fits_per_job: 2, stopping: plateau}",
    ["x.yaml:4: training.fits_per_job must be 1 where training.stopping is a rule"]
  ),
  ("numerics: [portable]", ["x.yaml:4: numerics must be one of native, portable"]),
  ("report: {panels: -1}", ["x.yaml:4: report.panels", "from 0"]),
  // Texts that are not YAML.
  ("energy: {theta: 1", ["x.yaml:", "this is not YAML"]),
  ("energy: *unknown", ["x.yaml:4: this is not YAML"]),
  ("energy: \u{1}", ["x.yaml:4: this is not YAML: control characters"]),
]

@Test("a refusal names file, line, key and the allowed values", arguments: refused.indices)
func refusals(index: Int) {
  let message = refusal { try configuration("\(smallest)\n\(refused[index].yaml)") }
  for part in refused[index].parts {
    #expect(message?.contains(part) == true, "\(message ?? "accepted"): no `\(part)`")
  }
}

@Test(
  "files without a required key or with wrong data sets are refused",
  arguments: [
    ("", "x.yaml:1: the file is empty"),
    ("# nothing\n", "x.yaml:1: the file is empty"),
    ("- a\n- b", "x.yaml:1: the file must hold `key: value` lines"),
    ("seed: 1\ndatasets: [{folder: d}]", "x.yaml:1: name is missing"),
    ("name: a", "x.yaml:1: datasets is missing"),
    ("name: ''\ndatasets: [{folder: d}]", "x.yaml:1: name must be letters"),
    ("name: a\ndatasets:\n  - folder: d\n    fodler: e", "x.yaml:4: datasets[0].fodler"),
    ("seed: 1\nname: ../a\ndatasets: [{folder: d}]", "x.yaml:2: name must be letters"),
    ("name: .a\ndatasets: [{folder: d}]", "x.yaml:1: name must be letters"),
    ("name: a\ndatasets:\n  - folder: d\n  - {}", "x.yaml:4: datasets[1] must hold either"),
    (
      "name: a\ndatasets:\n  - {folder: d, train: [a, a]}",
      "x.yaml:3: datasets[0].train must be a list of different names"
    ),
    ("name: a\ndatasets:\n  - {folder: d, train: [a/b]}", "x.yaml:3: datasets[0].train must be"),
    (
      "name: a\ndatasets:\n  - {folder: d, train: []}", "x.yaml:3: datasets[0].train must be a list"
    ),
    (
      "name: a\ndatasets:\n  - {phantom: {kind: chest}, train: [a]}",
      "x.yaml:3: datasets[0].train is not a known key"
    ),
    ("name: a\ndatasets:\n  - {energy: {theta: 1}}", "x.yaml:3: datasets[0] must hold either"),
    (
      "name: a\ndatasets:\n  - folder: d\n    energy:\n      thetta: 2",
      "x.yaml:5: datasets[0].energy.thetta is not a known key; did you mean `theta`?"
    ),
    (
      "name: a\ndatasets:\n  - folder: d\n    energy: {theta: high}",
      "x.yaml:4: datasets[0].energy.theta must be a number >= 0, not `high`"
    ),
    (
      "name: a\ndatasets:\n  - folder: d\n    energy: 3",
      "x.yaml:4: datasets[0].energy must hold `key: value` lines"
    ),
    (
      "name: a\ndatasets:\n  - folder: d\n    overrides: {M1: {}}",
      "x.yaml:4: datasets[0].overrides is not a known key"
    ),
    (
      "name: a\ndatasets:\n  - folder: d\n    preparation: {size: 96}\nnetwork: {dip_depth: 6}\n"
        + "preparation: {size: 128}",
      "x.yaml:4: preparation.size must be a multiple of 64"
    ),
    // The requirements of a method hold for every data set.
    (
      "name: a\ndatasets:\n  - folder: c\n  - folder: d\n    preparation: {size: 96}\n"
        + "overrides: {M1: {network: {dip_depth: 6}}}",
      "x.yaml:6: preparation.size must be a multiple of 64 for networks of depth 6, not 96"
    ),
    (
      "name: a\ndatasets:\n  - {folder: d, phantom: {kind: chest}}",
      "x.yaml:3: datasets[0] must hold"
    ),
    (
      "name: a\ndatasets:\n  - phantom: {size: 64}",
      "x.yaml:3: kind is missing in datasets[0].phantom"
    ),
    (
      "name: a\ndatasets:\n  - phantom: {kind: leg}",
      "datasets[0].phantom.kind must be one of chest"
    ),
    ("name: a\ndatasets:\n  - phantom:\n      kind: liver\n      size: 8", "x.yaml:5: datasets[0]"),
    ("name: a\ndatasets: [{phantom: {kind: liver, noise: 2}}]", "phantom.noise must be a number"),
    ("name: a\ndatasets: [{phantom: {kind: liver, test: 0}}]", "phantom.test must be a whole"),
    ("name: a\ndatasets: [{phantom: {kind: liver, name: a/b}}]", "phantom.name must be letters"),
  ])
func brokenFiles(yaml: String, part: String) {
  let message = refusal { try configuration(yaml) }
  #expect(message?.contains(part) == true, "\(message ?? "accepted"): no `\(part)`")
}
