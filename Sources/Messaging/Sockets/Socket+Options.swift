import CZeroMQ

extension Socket {
  /// Sets the limits on the messages of a peer and on the times for which the socket waits.
  func configure(_ channel: Channel, limits: MessagingLimits) {
    // The value is a bit mask of the ZeroMQ threads that may serve the socket.
    set(ZMQ_AFFINITY, to: UInt64(channel == .control ? 1 : 2))
    set(ZMQ_LINGER, to: milliseconds(limits.linger))
    set(ZMQ_MAXMSGSIZE, to: Int64(channel == .control ? limits.controlMessage : limits.bulkMessage))
    // A few chunks in ZeroMQ's own queue keep a connection busy. The others wait in
    // `ChannelSocket`.
    set(ZMQ_SNDHWM, to: Int32(channel == .control ? 1000 : 16))
    set(ZMQ_RCVHWM, to: Int32(channel == .control ? 1000 : 16))
    set(ZMQ_HANDSHAKE_IVL, to: milliseconds(limits.handshakeTimeout))
    set(ZMQ_BACKLOG, to: Int32(clamping: limits.backlog))
    set(ZMQ_HEARTBEAT_IVL, to: milliseconds(limits.probeInterval))
    set(ZMQ_HEARTBEAT_TIMEOUT, to: milliseconds(limits.probeInterval * 3))
    set(ZMQ_TCP_KEEPALIVE, to: Int32(1))
    set(ZMQ_TCP_KEEPALIVE_IDLE, to: Int32(60))
    set(ZMQ_TCP_KEEPALIVE_INTVL, to: Int32(10))
    set(ZMQ_TCP_KEEPALIVE_CNT, to: Int32(6))
    if kind == .router { configureRouter() } else { configureDealer() }
  }

  private func configureRouter() {
    // Without this option a message to a peer that has gone would be lost without an error.
    set(ZMQ_ROUTER_MANDATORY, to: Int32(1))
    // With a ZAP domain, ZeroMQ refuses versions of its protocol before 3, which accept any bytes
    // as frames.
    set(ZMQ_ZAP_DOMAIN, to: "dipper")
  }

  private func configureDealer() {
    set(ZMQ_RECONNECT_IVL, to: Int32(100))
    set(ZMQ_RECONNECT_IVL_MAX, to: Int32(2000))
    set(ZMQ_CONNECT_TIMEOUT, to: Int32(5000))
  }

  /// Admits only workers that prove that they own a key. The `ZAPAuthenticator` decides which keys
  /// are admitted.
  func requireKeys(own secret: SecretKey) {
    set(ZMQ_CURVE_SERVER, to: Int32(1))
    set(ZMQ_CURVE_SECRETKEY, to: secret.bytes)
  }

  /// Accepts only a coordinator that owns the key in `keys`.
  func useKeys(_ keys: WorkerKeys) {
    set(ZMQ_CURVE_SERVERKEY, to: keys.coordinator.bytes)
    set(ZMQ_CURVE_PUBLICKEY, to: keys.secret.publicKey.bytes)
    set(ZMQ_CURVE_SECRETKEY, to: keys.secret.bytes)
  }

  /// Allows IPv6 addresses as well as IPv4 addresses.
  func allowIPv6() { set(ZMQ_IPV6, to: Int32(1)) }

  /// Returns a duration in whole milliseconds, from 0 to one hour.
  private func milliseconds(_ duration: Duration) -> Int32 {
    Int32(min(max(duration, .zero), .seconds(3600)) / .milliseconds(1))
  }

  private func set(_ option: Int32, to value: some FixedWidthInteger) {
    let status = withUnsafeBytes(of: value) {
      zmq_setsockopt(handle, option, $0.baseAddress, $0.count)
    }
    precondition(status == 0, "socket option \(option) = \(value): \(errorText(zmq_errno()))")
  }

  private func set(_ option: Int32, to key: [UInt8]) {
    let status = zmq_setsockopt(handle, option, key, key.count)
    precondition(status == 0, "socket option \(option), a key: \(errorText(zmq_errno()))")
  }

  private func set(_ option: Int32, to text: String) {
    let status = zmq_setsockopt(handle, option, text, text.utf8.count)
    precondition(status == 0, "socket option \(option) = \(text): \(errorText(zmq_errno()))")
  }
}
