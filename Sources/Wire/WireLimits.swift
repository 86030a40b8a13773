/// Bounds of the messages' parts. A part beyond its bound is refused when it is read; free text is cut to
/// fit when it is written.
public enum WireLimits {
  /// The bytes of a message on the control socket.
  public static let controlMessage = 16 << 20
  /// The bytes of an envelope from a worker: enough for a result of the most outputs. Decoding takes a
  /// multiple of this memory.
  public static let workerMessage = 4 << 20
  /// The bytes of an event in the journal: enough for a result of the most outputs and a job of as many
  /// cases.
  public static let event = 64 << 20
  /// The messages in an envelope; few, so that envelopes that wait take little memory once decoded.
  public static let messages = 64
  /// The bytes of an envelope of several messages; a larger message has an envelope of its own.
  public static let envelope = 1 << 20
  /// The bytes of a chunk of a blob; few, so that a heartbeat does not wait long for a thread that is busy
  /// with one.
  public static let chunk = 128 << 10
  /// The bytes of a message on the bulk socket: a chunk and its envelope.
  public static let blobMessage = chunk + 1024
  /// The bytes of a blob: 16 GiB.
  public static let blob = 16 << 30
  /// The UTF-8 bytes of a name: a host, a metric, an entry of a numerics fingerprint.
  public static let name = 256
  /// The UTF-8 bytes of free text: labels, reasons, causes of failures.
  public static let text = 16 << 10
  /// The lines of a worker's log that come with a failure.
  public static let logLines = 50
  /// The UTF-8 bytes of a line of a worker's log.
  public static let logLine = 1 << 10
  /// The entries of a dictionary: metrics, a numerics fingerprint.
  public static let entries = 256
  /// The leases that a worker may hold at once, and the attempts that it may report.
  public static let leases = 1024
  /// The number of outputs of a job.
  public static let outputs = 1 << 16
  /// The chunks that may be on their way to one receiver.
  public static let credit = 4096
  /// The seconds of any duration: ten years.
  public static let seconds = 3.2e8
}
