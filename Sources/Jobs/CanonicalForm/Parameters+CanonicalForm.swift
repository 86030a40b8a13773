// The canonical forms of a job's parameters: the messages of the same names in job.proto.

extension CaseInput: CanonicalValue {
  func write(to writer: inout CanonicalWriter) {
    writer.write(image, field: 1)
    writer.write(markers, field: 2)
  }

  init(from reader: inout CanonicalReader) throws {
    image = try reader.digest(1)
    markers = try reader.digest(2)
  }
}

extension NamedNumber: CanonicalValue {
  func write(to writer: inout CanonicalWriter) {
    writer.write(name, field: 1)
    writer.write(value, field: 2)
  }

  init(from reader: inout CanonicalReader) throws {
    name = try reader.text(1)
    value = try reader.double(2)
  }
}

extension Preparation: CanonicalValue {
  func write(to writer: inout CanonicalWriter) {
    if case .range(let low, let high) = window {
      writer.write(low, field: 1)
      writer.write(high, field: 2)
    }
    if let regionOfInterest { writer.write(regionOfInterest, field: 3) }
    writer.write(size, field: 4)
  }

  init(from reader: inout CanonicalReader) throws {
    window =
      reader.nextField == 1
      ? .range(low: try reader.double(1), high: try reader.double(2)) : .minmax
    regionOfInterest = reader.nextField == 3 ? try reader.double(3) : nil
    size = try reader.integer(4)
  }
}

extension EnergyParameters: CanonicalValue {
  func write(to writer: inout CanonicalWriter) {
    writer.write(lambda, field: 1)
    writer.write(theta, field: 2)
    writer.write(gammas, field: 3)
    writer.write(distanceSigma, field: 4)
    writer.write(vartheta, field: 5)
    writer.write(epsilon, field: 6)
    writer.write(beta, field: 7)
  }

  init(from reader: inout CanonicalReader) throws {
    lambda = try reader.double(1)
    theta = try reader.double(2)
    gammas = try reader.value(3)
    distanceSigma = try reader.double(4)
    vartheta = try reader.double(5)
    epsilon = try reader.double(6)
    beta = try reader.double(7)
  }
}

extension GammaRule: CanonicalValue {
  func write(to writer: inout CanonicalWriter) {
    switch self {
    case .otsu(let classes, let smallest):
      writer.message(1) {
        $0.write(classes, field: 1)
        $0.write(smallest, field: 2)
      }
    case .spread(let factor, let smallest):
      writer.message(2) {
        $0.write(factor, field: 1)
        $0.write(smallest, field: 2)
      }
    case .fixed(let gamma1, let gamma2):
      writer.message(3) {
        $0.write(gamma1, field: 1)
        $0.write(gamma2, field: 2)
      }
    }
  }

  init(from reader: inout CanonicalReader) throws {
    switch reader.nextField {
    case 1:
      self = try reader.message(1) {
        .otsu(classes: try $0.integer(1), smallest: try $0.double(2))
      }
    case 2:
      self = try reader.message(2) {
        .spread(factor: try $0.double(1), smallest: try $0.double(2))
      }
    case 3:
      self = try reader.message(3) {
        .fixed(gamma1: try $0.double(1), gamma2: try $0.double(2))
      }
    default: throw CanonicalReader.malformed("its rule for gammas is unknown")
    }
  }
}

extension Numerics: CanonicalValue {
  func write(to writer: inout CanonicalWriter) {
    writer.write(threads, field: 1)
    writer.write(mode, field: 2)
  }

  init(from reader: inout CanonicalReader) throws {
    threads = try reader.integer(1)
    mode = try reader.word(2)
  }
}

extension VMNetParameters: CanonicalValue {
  func write(to writer: inout CanonicalWriter) {
    writer.write(width, field: 1)
    writer.write(depth, field: 2)
  }

  init(from reader: inout CanonicalReader) throws {
    width = try reader.integer(1)
    depth = try reader.integer(2)
  }
}

extension DIPNetParameters: CanonicalValue {
  func write(to writer: inout CanonicalWriter) {
    writer.write(width, field: 1)
    writer.write(skip, field: 2)
    writer.write(depth, field: 3)
    writer.write(noiseChannels, field: 4)
  }

  init(from reader: inout CanonicalReader) throws {
    width = try reader.integer(1)
    skip = try reader.integer(2)
    depth = try reader.integer(3)
    noiseChannels = try reader.integer(4)
  }
}

extension NoiseParameters: CanonicalValue {
  func write(to writer: inout CanonicalWriter) {
    writer.write(scale, field: 1)
    writer.write(deviation, field: 2)
  }

  init(from reader: inout CanonicalReader) throws {
    scale = try reader.double(1)
    deviation = try reader.double(2)
  }
}

extension DeepImagePrior: CanonicalValue {
  func write(to writer: inout CanonicalWriter) {
    writer.write(network, field: 1)
    writer.write(noise, field: 2)
  }

  init(from reader: inout CanonicalReader) throws {
    network = try reader.value(1)
    noise = try reader.value(2)
  }
}

extension EdgeWeightedVariation: CanonicalValue {
  func write(to writer: inout CanonicalWriter) {
    writer.write(mu, field: 1)
    writer.write(iota, field: 2)
    writer.write(sigma, field: 3)
  }

  init(from reader: inout CanonicalReader) throws {
    mu = try reader.double(1)
    iota = try reader.double(2)
    sigma = try reader.double(3)
  }
}

extension TrainingLoss: CanonicalValue {
  func write(to writer: inout CanonicalWriter) {
    switch self {
    case .regularised(let regulariser): writer.write(regulariser, field: 1)
    case .unregularised: writer.message(2) { _ in }
    case .assisted(let prior, let similarity):
      writer.message(3) {
        $0.write(prior, field: 1)
        $0.write(similarity, field: 2)
      }
    }
  }

  init(from reader: inout CanonicalReader) throws {
    switch reader.nextField {
    case 1: self = .regularised(try reader.value(1))
    case 2: self = try reader.message(2) { _ in .unregularised }
    case 3:
      self = try reader.message(3) {
        .assisted(try $0.value(1), similarity: try $0.double(2))
      }
    default: throw CanonicalReader.malformed("its loss is unknown")
    }
  }
}

extension TrainingParameters: CanonicalValue {
  func write(to writer: inout CanonicalWriter) {
    writer.write(epochs, field: 1)
    writer.write(learningRate, field: 2)
    writer.write(checkpointEvery, field: 3)
    if let stopping { writer.write(stopping, field: 4) }
  }

  init(from reader: inout CanonicalReader) throws {
    epochs = try reader.integer(1)
    learningRate = try reader.double(2)
    checkpointEvery = try reader.integer(3)
    stopping = try reader.optional(4)
  }
}

extension StoppingRule: CanonicalValue {
  func write(to writer: inout CanonicalWriter) {
    switch self {
    case .plateau(let patience, let tolerance):
      writer.message(1) {
        $0.write(patience, field: 1)
        $0.write(tolerance, field: 2)
      }
    case .variance(let window, let patience):
      writer.message(2) {
        $0.write(window, field: 1)
        $0.write(patience, field: 2)
      }
    }
  }

  init(from reader: inout CanonicalReader) throws {
    switch reader.nextField {
    case 1:
      self = try reader.message(1) {
        .plateau(patience: try $0.integer(1), tolerance: try $0.double(2))
      }
    case 2:
      self = try reader.message(2) {
        .variance(window: try $0.integer(1), patience: try $0.integer(2))
      }
    default: throw CanonicalReader.malformed("its stopping rule is unknown")
    }
  }
}
