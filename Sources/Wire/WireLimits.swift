/// The limits of messages and of their parts. A part above its limit is refused when it is read.
/// Free text is cut to its limit when it is written.
public enum WireLimits {
  /// The largest size, in bytes, of a message on the control socket.
  public static let controlMessage = 16 << 20
  /// The largest size, in bytes, of an envelope from a worker. It is enough for a result with the
  /// most outputs. Decoding takes several times this memory.
  public static let workerMessage = 4 << 20
  /// The largest size, in bytes, of an event in the journal. It is enough for a result with the
  /// most outputs and for a job with as many cases.
  public static let event = 64 << 20
  /// The largest number of messages in an envelope. It is small so that a decoded envelope takes
  /// little memory.
  public static let messages = 64
  /// The largest size, in bytes, of an envelope with several messages. A larger message gets an
  /// envelope of its own.
  public static let envelope = 1 << 20
  /// The largest size, in bytes, of a chunk of a blob. It is small so that a heartbeat does not
  /// wait long for a thread that handles a chunk.
  public static let chunk = 128 << 10
  /// The largest size, in bytes, of a message on the bulk socket, which is a chunk with its
  /// envelope.
  public static let blobMessage = chunk + 1024
  /// The largest size of a blob, 16 GiB.
  public static let blob = 16 << 30
  /// The largest size, in UTF-8 bytes, of the name of a host, a metric or an entry of a numerics
  /// fingerprint.
  public static let name = 256
  /// The largest size, in UTF-8 bytes, of free text such as labels and the causes of failures.
  public static let text = 16 << 10
  /// The largest number of lines of a worker's log that are sent with a failure.
  public static let logLines = 50
  /// The largest size, in UTF-8 bytes, of a line of a worker's log.
  public static let logLine = 1 << 10
  /// The largest number of entries of metrics and of a numerics fingerprint.
  public static let entries = 256
  /// The largest number of leases that a worker may hold at once, and of attempts that it may name
  /// when it joins.
  public static let leases = 1024
  /// The largest number of outputs of a job.
  public static let outputs = 1 << 16
  /// The largest number of chunks for which a receiver may grant credit in one message.
  public static let credit = 4096
  /// The longest duration, in seconds, which is about ten years.
  public static let seconds = 3.2e8
}
