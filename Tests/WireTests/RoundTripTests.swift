import Experiments
import Foundation
import Scheduling
import TestSupport
import Testing
import Wire

@Test func everyWorkerMessageComesBackAsItWas() throws {
  var generator = SeededGenerator(seed: 1)
  for _ in 0..<200 {
    for message in generator.workerMessages() {
      #expect(try Wire.decodeWorkerMessage(Wire.encode(message)) == message)
    }
  }
}

@Test func everyCoordinatorMessageComesBackAsItWas() throws {
  var generator = SeededGenerator(seed: 2)
  for _ in 0..<200 {
    for message in generator.coordinatorMessages() {
      #expect(try Wire.decodeCoordinatorMessage(Wire.encode(message)) == message)
    }
  }
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
  guard case .progress(_, let back) = try Wire.decodeWorkerMessage(bytes) else {
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
  guard case .failed(_, let back) = try Wire.decodeWorkerMessage(bytes) else {
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
