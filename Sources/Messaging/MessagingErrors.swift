import Errors

extension DipperError.Domain {
  /// The errors of the sockets between coordinator and workers.
  public static let messaging = Self("messaging")
}

extension DipperError.Code {
  /// The text is not an endpoint, or it is not an endpoint to which a worker can connect.
  public static let endpointInvalid = Self(.messaging, name: "endpoint-invalid")
  /// The endpoint's host is a name that stands for no address.
  public static let hostUnknown = Self(.messaging, name: "host-unknown")
  /// Another process listens on the endpoint.
  public static let endpointInUse = Self(.messaging, name: "endpoint-in-use")
  /// The machine does not have the address, or the port may not be used.
  public static let endpointUnavailable = Self(.messaging, name: "endpoint-unavailable")
  /// The text cannot be the name of a worker.
  public static let workerNameInvalid = Self(.messaging, name: "worker-name-invalid")
  /// A key is missing, malformed or readable by other users.
  public static let keysInvalid = Self(.messaging, name: "keys-invalid")
  /// The system lets the process open too few files.
  public static let filesLimited = Self(.messaging, name: "files-limited")
  /// The system provides no more sockets or memory.
  public static let socketsUnavailable = Self(.messaging, name: "sockets-unavailable")
}
