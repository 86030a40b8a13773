import Foundation

// The canonical form of a job is the message `Job` of Sources/Jobs/job.proto in one fixed encoding.
// Its digest is the job's name, and messages and the journal contain it.
//
// The encoding is that of Protocol Buffers and not JSON, because messages and the journal use it
// anyway. The bytes that were hashed are then the bytes that are sent and stored, a receiver can
// check a name by hashing the received bytes, and the form does not depend on the decimal digits of
// numbers. The encoder is written here because the library promises no stable bytes; a test
// compares it with `protoc`.

extension Job {
  /// The bytes of the job, which are equal for equal jobs. Their SHA-256 is the job's name.
  public var canonicalForm: Data {
    var writer = CanonicalWriter(capacity: 512 + 96 * inputs.count)
    write(to: &writer)
    return Data(writer.bytes)
  }

  /// Reads the job of a canonical form.
  ///
  /// - Throws: `DipperError` of code `jobMalformed` if the bytes are not exactly those that
  ///   `canonicalForm` writes for a job, for instance because another release wrote them.
  public init(canonicalForm bytes: Data) throws {
    var reader = CanonicalReader([UInt8](bytes))
    try self.init(from: &reader)
    try reader.finish()
  }
}

extension Job: CanonicalValue {
  func write(to writer: inout CanonicalWriter) {
    switch self {
    case .train(let job): writer.write(job, field: 1)
    case .predict(let job): writer.write(job, field: 2)
    case .fit(let job): writer.write(job, field: 3)
    case .solve(let job): writer.write(job, field: 4)
    }
  }

  init(from reader: inout CanonicalReader) throws {
    switch reader.nextField {
    case 1: self = .train(try reader.value(1))
    case 2: self = .predict(try reader.value(2))
    case 3: self = .fit(try reader.value(3))
    case 4: self = .solve(try reader.value(4))
    default: throw CanonicalReader.malformed("its kind is unknown")
    }
  }
}

extension JobBasis: CanonicalValue {
  func write(to writer: inout CanonicalWriter) {
    writer.write(method, field: 1)
    writer.write(preparation, field: 2)
    writer.write(energy, field: 3)
    writer.write(numerics, field: 4)
  }

  init(from reader: inout CanonicalReader) throws {
    method = try reader.word(1)
    preparation = try reader.value(2)
    energy = try reader.value(3)
    numerics = try reader.value(4)
  }
}

extension TrainJob: CanonicalValue {
  func write(to writer: inout CanonicalWriter) {
    writer.write(basis, field: 1)
    for input in inputs { writer.write(input, field: 2) }
    writer.write(seed, field: 3)
    writer.write(network, field: 4)
    writer.write(geometry, field: 5)
    writer.write(loss, field: 6)
    writer.write(training, field: 7)
    writer.write(precision, field: 8)
    if let device { writer.write(device.index, field: 9) }
  }

  init(from reader: inout CanonicalReader) throws {
    basis = try reader.value(1)
    inputs = try reader.values(2)
    seed = try reader.unsigned(3)
    network = try reader.value(4)
    geometry = try reader.word(5)
    loss = try reader.value(6)
    training = try reader.value(7)
    precision = try reader.word(8)
    device = try reader.device(9)
  }
}

extension PredictJob: CanonicalValue {
  func write(to writer: inout CanonicalWriter) {
    writer.write(basis, field: 1)
    for input in inputs { writer.write(input, field: 2) }
    writer.write(weights.digest, field: 3)
    writer.write(geometry, field: 4)
    writer.write(normalisation, field: 5)
    if let device { writer.write(device.index, field: 6) }
  }

  init(from reader: inout CanonicalReader) throws {
    basis = try reader.value(1)
    inputs = try reader.values(2)
    weights = JobID(digest: try reader.digest(3))
    geometry = try reader.word(4)
    normalisation = try reader.word(5)
    device = try reader.device(6)
  }
}

extension FitJob: CanonicalValue {
  func write(to writer: inout CanonicalWriter) {
    writer.write(basis, field: 1)
    for input in inputs { writer.write(input, field: 2) }
    writer.write(seed, field: 3)
    writer.write(prior, field: 4)
    writer.write(training, field: 5)
    writer.write(outputAveraging, field: 6)
    writer.write(precision, field: 7)
    if let device { writer.write(device.index, field: 8) }
  }

  init(from reader: inout CanonicalReader) throws {
    basis = try reader.value(1)
    inputs = try reader.values(2)
    seed = try reader.unsigned(3)
    prior = try reader.value(4)
    training = try reader.value(5)
    outputAveraging = try reader.double(6)
    precision = try reader.word(7)
    device = try reader.device(8)
  }
}

extension SolveJob: CanonicalValue {
  func write(to writer: inout CanonicalWriter) {
    writer.write(basis, field: 1)
    writer.write(input, field: 2)
    for parameter in parameters { writer.write(parameter, field: 3) }
  }

  init(from reader: inout CanonicalReader) throws {
    basis = try reader.value(1)
    input = try reader.value(2)
    parameters = try reader.values(3)
  }
}

extension CanonicalReader {
  /// Reads the index of a GPU, which is absent for the processor.
  fileprivate mutating func device(_ field: UInt8) throws -> CUDADevice? {
    guard nextField == field else { return nil }
    guard let device = CUDADevice(index: try integer(field)) else {
      throw Self.malformed("the GPU's index is more than 127")
    }
    return device
  }
}
