import Dispatch
import Errors
import Foundation
import Threads

/// The sockets by which a process exchanges messages with its peers. One socket is for control
/// messages and one for bulk messages, and each is owned by a thread.
///
/// A control message never waits for a bulk message, because each channel has its own thread and
/// that of bulk messages has lower priority. Between two processes each channel keeps the order of
/// messages. Messages that are on the way when a connection breaks may be lost, but they are never
/// delivered twice.
public final class Messenger: Sendable {
  /// The coordinator's endpoint, with its actual port.
  public let endpoint: Endpoint
  /// The messages and events, for one reader. The stream ends after `close`.
  ///
  /// While more than `MessagingLimits.inboundBytes` wait for the reader, the channel's socket is
  /// not read and the senders wait.
  public let inbound: AsyncStream<Inbound>
  private let outboxes: PerChannel<Outbox>
  private let inbox: Inbox
  private let ended = DispatchGroup()

  init(
    _ kind: Socket.Kind, addressing: ChannelSocket.Addressing, limits: MessagingLimits,
    attach: (Context, PerChannel<Socket>) throws -> (Endpoint, PerChannel<ConnectionMonitor>)
  ) throws {
    let wakeups = try PerChannel(each: { _ in try Wakeup() })
    let inbox = Inbox(limits: limits, wakeups: wakeups)
    let context = try Context()
    let sockets = try PerChannel(each: { channel in
      ChannelSocket(
        channel, socket: try Socket(kind, in: context), addressing: addressing, limits: limits)
    })
    let outboxes = PerChannel(each: { Outbox(wakeup: wakeups[$0]) })
    self.inbox = inbox
    self.outboxes = outboxes
    inbound = AsyncStream {
      await inbox.next()
    } onCancel: {
      inbox.dismissReader()
    }
    // ZeroMQ has no options for its threads, but their names contain an index. The thread of index
    // 0 serves the control channel, and that of index 1 the bulk channel.
    LowLatencyThread.begin(threadsNamed: "ZMQbg/IO/0")
    ThreadPriority.lower(threadsNamed: "ZMQbg/IO/1")
    let monitors: PerChannel<ConnectionMonitor>
    (endpoint, monitors) = try attach(context, PerChannel(each: { sockets[$0].socket }))
    for channel in Channel.allCases {
      start(
        SocketLoop(
          sockets[channel], monitor: monitors[channel], outbox: outboxes[channel], inbox: inbox,
          wakeup: wakeups[channel], linger: limits.linger),
        for: channel)
    }
  }

  deinit { closeOutboxes() }

  private func start(_ loop: SocketLoop, for channel: Channel) {
    ended.enter()
    let thread = Thread { [ended] in
      if channel == .control { LowLatencyThread.begin() } else { ThreadPriority.lower() }
      loop.run()
      ended.leave()
    }
    thread.name = "messaging"
    thread.start()
  }

  /// Delivers messages and events to `listener` in batches, instead of through `inbound`.
  ///
  /// This is meant for a reader that receives thousands of messages per second, or that must
  /// receive each one without delay.
  ///
  /// - Parameter listener: called on the threads of both channels with the messages of the channel.
  ///   It must return quickly. The reader must later pass each batch to `markRead`.
  public func listen(_ listener: @escaping @Sendable (InboundBatch) -> Void) {
    inbox.listen(listener)
  }

  /// Stops counting a batch, or a part of one, towards `MessagingLimits.inboundBytes`.
  public func markRead(_ batch: InboundBatch) { inbox.markRead(batch) }

  /// Queues a message to be sent and returns at once. After `close` it does nothing.
  public func send(_ envelope: Envelope) { outboxes[envelope.channel].append(.send(envelope)) }

  /// Disconnects a misbehaving worker for the lifetime of this messenger.
  ///
  /// The worker is identified by its key or, without keys, by its name. If it was connected under
  /// this name, the reader gets `Inbound.cutOff`.
  public func cutOff(_ peer: String, reason: String) {
    outboxes[.control].append(.cutOff(peer: peer, reason: reason))
  }

  /// Sends the queued messages for at most twice `MessagingLimits.linger`, and ends the threads and
  /// `inbound`.
  public func close() {
    closeOutboxes()
    ended.wait()
  }

  private func closeOutboxes() {
    for channel in Channel.allCases { outboxes[channel].close() }
  }
}
