import Errors
import Expectations
import Testing

extension DipperError.Domain {
  fileprivate static let kitchen = Self("kitchen")
}

extension DipperError.Code {
  fileprivate static let fire = Self(.kitchen, name: "fire")
  fileprivate static let smoke = Self(.kitchen, name: "smoke")
}

private func cook(cause: (any Error)? = nil) throws {
  throw DipperError(.fire, "the oven burns; open a window", cause: cause)
}

@Suite("The error type")
struct DipperErrorTests {
  @Test("a user reads the message and its causes, and no code or location")
  func describesItselfToUsers() {
    let error = expectError(in: .kitchen) {
      try cook(cause: DipperError(.smoke, "the filter is full"))
    }
    #expect(error.map { "\($0)" } == "the oven burns; open a window: the filter is full")
  }

  @Test("a developer reads the location and the code too")
  func describesItselfToDevelopers() {
    let error = expectError(in: .kitchen) { try cook() }
    #expect(error?.location.fileID == "ErrorsTests/DipperErrorTests.swift")
    #expect(
      error?.debugDescription
        == "ErrorsTests/DipperErrorTests.swift:\(error?.location.line ?? 0): kitchen.fire: "
        + "the oven burns; open a window")
  }

  @Test("the location is the line that creates the error")
  func recordsItsLine() {
    let line = #line
    let error = DipperError(.fire, "")
    #expect(error.location.line == line + 1)
  }

  @Test("callers tell errors apart by code and by domain")
  func matchesCodeAndDomain() throws {
    do {
      try cook()
    } catch let error as DipperError where error.code == .smoke {
      Issue.record("fire is not smoke")
    } catch let error as DipperError where error.domain == .kitchen {
      #expect(error.code == .fire)
    }
    #expect(DipperError.Code(.init("garden"), name: "fire") != .fire)
  }
}
