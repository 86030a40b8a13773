/// How much a message may hold. What exceeds a limit is refused when it is read, except for free
/// text, which is cut to fit when it is written.
public enum WireLimits {
  /// Bytes of a message on the control socket.
  public static let controlMessage = 16 << 20
  /// Bytes of one from a worker: a result of as many outputs as may be. Decoding takes a multiple.
  public static let workerMessage = 4 << 20
  /// Bytes of an event in the journal: a result of as many outputs as may be, or a job of as many cases.
  public static let event = 64 << 20
  /// Messages in an envelope: so few that what waits in envelopes stays little once it is decoded.
  public static let messages = 64
  /// Bytes of an envelope of several messages: a larger message travels in one of its own.
  public static let envelope = 1 << 20
  /// Bytes that one chunk of a blob carries: so few that a heartbeat does not wait long where a thread
  /// or the system is busy with one.
  public static let chunk = 128 << 10
  /// Bytes of a message on the bulk socket: a chunk and its envelope.
  public static let blobMessage = chunk + 1024
  /// Bytes of a blob.
  public static let blob = 16 << 30
  /// UTF-8 bytes of a name: a host, a metric, an entry of a numerics fingerprint.
  public static let name = 256
  /// UTF-8 bytes of free text: labels, reasons, causes of failures.
  public static let text = 16 << 10
  /// Lines of a worker's log that come with a failure.
  public static let logLines = 50
  /// UTF-8 bytes of each.
  public static let logLine = 1 << 10
  /// Entries of a dictionary: metrics, a numerics fingerprint.
  public static let entries = 256
  /// Leases that a worker may hold at once, and attempts that it may report.
  public static let leases = 1024
  /// Outputs of a job.
  public static let outputs = 1 << 16
  /// Chunks that may be on their way to one receiver.
  public static let credit = 4096
  /// Seconds of any duration: ten years.
  public static let seconds = 3.2e8
}
