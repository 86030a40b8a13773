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

  @Test(
    "a host that is an address, an interface or all networks stands for itself",
    arguments: ["10.0.0.3", "[fe80::1]", "*", "0.0.0.0", "[::]", "lo"])
  func addresses(host: String) throws {
    let endpoint = try Endpoint(parsing: "tcp://\(host):7077")
    #expect(try endpoint.resolved() == endpoint)
  }

  @Test("a name stands for an address of its host, and the port is kept")
  func names() throws {
    #expect(try Endpoint(parsing: "tcp://localhost:7077").resolved().host == "127.0.0.1")
    // `getaddrinfo` takes numbers with fewer dots too, so this needs no name server.
    let short = try Endpoint(parsing: "tcp://127.1:7077").resolved()
    #expect(short.description == "tcp://127.0.0.1:7077" && short.isLoopback)
  }

  @Test("an unknown name is an error that contains it, for listening and for connecting")
  func unknownName() throws {
    let endpoint = try Endpoint(parsing: "tcp://no-such-host.invalid:7077")
    let attempts: [() throws -> Messenger] = [
      { try Messenger.serving(endpoint) },
      { try Messenger.connecting(to: endpoint, as: "w") },
    ]
    for attempt in attempts {
      let error = #expect(throws: DipperError.self) { _ = try attempt() }
      #expect(error?.code == .hostUnknown)
      #expect(error?.message.contains("the host no-such-host.invalid cannot be looked up") == true)
    }
  }

  @Test("a coordinator listens on what a name stands for") func listeningOnName() throws {
    let messenger = try Messenger.serving(Endpoint(parsing: "tcp://127.1:*"))
    defer { messenger.close() }
    #expect(messenger.endpoint.host == "127.0.0.1" && messenger.endpoint.port > 0)
  }

  @Test("a name whose address another machine has is named with that address")
  func foreignAddress() throws {
    // 192.0.2.0/24 is reserved for examples, and getaddrinfo reads 192.0.513 as 192.0.2.1.
    let endpoint = try Endpoint(parsing: "tcp://192.0.513:7077")
    let error = #expect(throws: DipperError.self) { _ = try Messenger.serving(endpoint) }
    #expect(error?.code == .endpointUnavailable)
    #expect(error?.message.contains("192.0.513:7077, which is tcp://192.0.2.1:7077") == true)
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
