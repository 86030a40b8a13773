import CZeroMQ

extension Socket {
  /// Sets what a peer may do and how long the socket waits for it.
  func configure(_ channel: Channel, limits: MessagingLimits) {
    // A bit for each of ZeroMQ's threads that may serve it.
    set(ZMQ_AFFINITY, UInt64(channel == .control ? 1 : 2))
    set(ZMQ_LINGER, milliseconds(limits.linger))
    set(ZMQ_MAXMSGSIZE, Int64(channel == .control ? limits.controlMessage : limits.bulkMessage))
    // A few chunks fill a link; the rest waits in queues that control messages can overtake.
    set(ZMQ_SNDHWM, Int32(channel == .control ? 1000 : 16))
    set(ZMQ_RCVHWM, Int32(channel == .control ? 1000 : 16))
    set(ZMQ_HANDSHAKE_IVL, milliseconds(limits.handshake))
    set(ZMQ_BACKLOG, Int32(clamping: limits.backlog))
    set(ZMQ_HEARTBEAT_IVL, milliseconds(limits.probe))
    set(ZMQ_HEARTBEAT_TIMEOUT, milliseconds(3 * limits.probe))
    set(ZMQ_TCP_KEEPALIVE, Int32(1))
    set(ZMQ_TCP_KEEPALIVE_IDLE, Int32(60))
    set(ZMQ_TCP_KEEPALIVE_INTVL, Int32(10))
    set(ZMQ_TCP_KEEPALIVE_CNT, Int32(6))
    if kind == .router { configureRouter() } else { configureDealer() }
  }

  private func configureRouter() {
    // Without it a message to a peer that is gone vanishes.
    set(ZMQ_ROUTER_MANDATORY, Int32(1))
    // A domain makes ZeroMQ refuse the protocol's versions before 3, to which any bytes are frames.
    set(ZMQ_ZAP_DOMAIN, "dipper")
  }

  private func configureDealer() {
    set(ZMQ_RECONNECT_IVL, Int32(100))
    set(ZMQ_RECONNECT_IVL_MAX, Int32(2000))
    set(ZMQ_CONNECT_TIMEOUT, Int32(5000))
  }

  /// Talks only to workers that prove to own a key; which ones may, the gatekeeper says.
  func demandKeys(from secret: SecretKey) {
    set(ZMQ_CURVE_SERVER, Int32(1))
    set(ZMQ_CURVE_SECRETKEY, secret.bytes)
  }

  /// Talks only to the coordinator that owns its key.
  func showKeys(_ keys: WorkerKeys) {
    set(ZMQ_CURVE_SERVERKEY, keys.coordinator.bytes)
    set(ZMQ_CURVE_PUBLICKEY, keys.secret.publicKey.bytes)
    set(ZMQ_CURVE_SECRETKEY, keys.secret.bytes)
  }

  /// Lets IPv6 addresses be used beside the others.
  func allowIPv6() { set(ZMQ_IPV6, Int32(1)) }

  private func milliseconds(_ seconds: Double) -> Int32 {
    Int32((seconds * 1000).clamped(to: 0...3_600_000))
  }

  private func set(_ option: Int32, _ value: some FixedWidthInteger) {
    let status = withUnsafeBytes(of: value) {
      zmq_setsockopt(handle, option, $0.baseAddress, $0.count)
    }
    precondition(status == 0, "socket option \(option) = \(value): \(systemText(zmq_errno()))")
  }

  private func set(_ option: Int32, _ key: [UInt8]) {
    let status = zmq_setsockopt(handle, option, key, key.count)
    precondition(status == 0, "socket option \(option), a key: \(systemText(zmq_errno()))")
  }

  private func set(_ option: Int32, _ text: String) {
    let status = zmq_setsockopt(handle, option, text, text.utf8.count)
    precondition(status == 0, "socket option \(option) = \(text): \(systemText(zmq_errno()))")
  }
}

extension Double {
  /// The nearest number in `range`; its lower bound for what is no number.
  fileprivate func clamped(to range: ClosedRange<Double>) -> Double {
    self > range.lowerBound ? Swift.min(self, range.upperBound) : range.lowerBound
  }
}
