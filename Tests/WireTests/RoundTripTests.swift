import Foundation
import Jobs
import Scheduling
import TestSupport
import Testing
import Wire

@Test func everyWorkerMessageComesBackAsItWas() throws {
  var generator = SeededGenerator(seed: 1)
  for _ in 0..<200 {
    for message in generator.workerMessages() {
      #expect(try Wire.decodeWorkerMessages(Wire.encode(message)) == [message])
    }
  }
}

@Test func everyCoordinatorMessageComesBackAsItWas() throws {
  var generator = SeededGenerator(seed: 2)
  for _ in 0..<200 {
    for message in generator.coordinatorMessages() {
      #expect(try Wire.decodeCoordinatorMessages(Wire.encode(message)) == [message])
    }
  }
}

@Test func messagesOfOneMomentTravelTogetherAndKeepTheirOrder() throws {
  var generator = SeededGenerator(seed: 4)
  for count in [0, 1, 2, WireLimits.messages / 8, WireLimits.messages / 4] {
    let said = (0..<count).flatMap { _ in generator.workerMessages() }
    let envelopes = Wire.encode(said)
    #expect(envelopes.count == (said.count + WireLimits.messages - 1) / WireLimits.messages)
    #expect(try envelopes.flatMap(Wire.decodeWorkerMessages) == said)
    let decided = (0..<count).flatMap { _ in generator.coordinatorMessages() }
    #expect(try Wire.encode(decided).flatMap(Wire.decodeCoordinatorMessages) == decided)
  }
}

@Test func largeMessagesAreSpreadOverEnvelopes() throws {
  let reason = CoordinatorMessage.refused(String(repeating: "x", count: WireLimits.text))
  let messages = Array(repeating: reason, count: 200)
  let envelopes = Wire.encode(messages)
  #expect(envelopes.count > 2)
  #expect(envelopes.allSatisfy { $0.count <= WireLimits.envelope })
  #expect(try envelopes.flatMap(Wire.decodeCoordinatorMessages) == messages)
}

@Test func everyBlobMessageComesBackAsItWas() throws {
  var generator = SeededGenerator(seed: 3)
  for _ in 0..<200 {
    for message in generator.blobMessages() {
      #expect(try Wire.decodeBlobMessage(Wire.encode(message)) == message)
    }
  }
}

@Test func metricsThatAreNoNumbersTravelToo() throws {
  var generator = SeededGenerator(seed: 4)
  let progress = JobProgress(step: 1, total: 2, metrics: ["loss": .nan, "energy": .infinity])
  let bytes = Wire.encode(WorkerMessage.progress(generator.attempt(), progress))
  guard case .progress(_, let back) = try Wire.decodeWorkerMessages(bytes).first else {
    Issue.record("another message came back")
    return
  }
  #expect(back.metrics["loss"]?.isNaN == true)
  #expect(back.metrics["energy"] == .infinity)
}

@Test func equalMessagesHaveEqualBytes() {
  let names = (0..<20).map { "metric \($0)" }
  func bytes(_ names: [String]) -> Data {
    var metrics: [String: Double] = [:]
    for name in names { metrics[name] = 1 }
    var generator = SeededGenerator(seed: 5)
    return Wire.encode(
      WorkerMessage.progress(
        generator.attempt(), JobProgress(step: 1, total: 2, metrics: metrics)))
  }
  #expect(bytes(names) == bytes(names.reversed()))
}

@Test func aLongCauseIsCutBetweenCharactersAndArrives() throws {
  var generator = SeededGenerator(seed: 6)
  let long = "x" + String(repeating: "\u{1f600}", count: WireLimits.text)
  let failure = JobFailure(message: long, isTransient: true)
  let bytes = Wire.encode(WorkerMessage.failed(generator.attempt(), failure))
  guard case .failed(_, let back) = try Wire.decodeWorkerMessages(bytes).first else {
    Issue.record("another message came back")
    return
  }
  #expect(long.hasPrefix(back.message))
  #expect(back.message.utf8.count == WireLimits.text - 3)
}

@Test func aWholeChunkFitsIntoAMessage() throws {
  var generator = SeededGenerator(seed: 7)
  let bytes = Data(repeating: 7, count: WireLimits.chunk)
  let message = BlobMessage.chunk(
    generator.digest(), offset: WireLimits.blob - bytes.count, total: WireLimits.blob,
    bytes: bytes)
  let encoded = Wire.encode(message)
  #expect(encoded.count <= WireLimits.blobMessage)
  #expect(try Wire.decodeBlobMessage(encoded) == message)
}
