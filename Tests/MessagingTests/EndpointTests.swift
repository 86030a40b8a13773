import Errors
import Messaging
import Testing

@Suite("Endpoints") struct EndpointTests {
  @Test(
    "an endpoint is written as it is read",
    arguments: ["tcp://head:7077", "tcp://10.0.0.3:1", "tcp://[fe80::1]:65534", "tcp://*:7077"])
  func roundTrip(text: String) throws {
    #expect(try Endpoint(parsing: text).description == text)
  }

  @Test("the endpoint for bulk messages is the next port of the same host")
  func bulkPort() throws {
    #expect(try Endpoint(parsing: "tcp://head:7077").bulk.description == "tcp://head:7078")
  }

  @Test("port 0 and a star both mean any free port")
  func freePort() throws {
    #expect(try Endpoint(parsing: "tcp://head:*") == Endpoint(parsing: "tcp://head:0"))
    #expect(try Endpoint(parsing: "tcp://head:*").port == 0)
  }

  @Test(
    "the error for an invalid endpoint contains its text",
    arguments: [
      "", "head:7077", "tcp://", "tcp://:7077", "tcp://head", "tcp://head:", "tcp://head:x",
      "tcp://head:-1", "tcp://head:65535", "tcp://head:99999999999999999999", "tcp://he ad:7077",
      "tcp://fe80::1:7077", "udp://head:7077", "tcp://head:+7", "tcp://head:٣",
    ])
  func invalidEndpoint(text: String) {
    let error = #expect(throws: DipperError.self) { try Endpoint(parsing: text) }
    #expect(error?.code == .endpointInvalid)
    #expect(error?.message.contains(text) == true)
  }

  @Test("only addresses that no other machine reaches are loopback")
  func loopback() throws {
    for host in ["localhost", "127.0.0.1", "127.8.9.1", "[::1]"] {
      #expect(try Endpoint(parsing: "tcp://\(host):1").isLoopback)
    }
    for host in ["head", "0.0.0.0", "*", "127.example.org", "10.0.0.1", "[::]"] {
      #expect(try !Endpoint(parsing: "tcp://\(host):1").isLoopback)
    }
  }
}
