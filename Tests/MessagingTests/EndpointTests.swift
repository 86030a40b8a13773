import Messaging
import Testing

@Test(arguments: ["tcp://head:7077", "tcp://10.0.0.3:1", "tcp://[fe80::1]:65534", "tcp://*:7077"])
func anEndpointIsWrittenAsItIsRead(text: String) throws {
  #expect(try Endpoint(parsing: text).description == text)
}

@Test func theBulkSocketIsTheNextPortOfTheSameHost() throws {
  #expect(try Endpoint(parsing: "tcp://head:7077").bulk.description == "tcp://head:7078")
}

@Test func port0AndAStarBothMeanAnyFreePort() throws {
  #expect(try Endpoint(parsing: "tcp://head:*") == Endpoint(parsing: "tcp://head:0"))
  #expect(try Endpoint(parsing: "tcp://head:*").port == 0)
}

@Test(arguments: [
  "", "head:7077", "tcp://", "tcp://:7077", "tcp://head", "tcp://head:", "tcp://head:x",
  "tcp://head:-1", "tcp://head:65535", "tcp://head:99999999999999999999", "tcp://he ad:7077",
  "tcp://fe80::1:7077", "udp://head:7077", "tcp://head:+7", "tcp://head:٣",
])
func whatIsNoEndpointIsRefusedByName(text: String) {
  let error = #expect(throws: MessagingError.self) { try Endpoint(parsing: text) }
  #expect(error?.code == .endpoint)
  #expect(error?.message.contains(text) == true)
}

@Test func onlyAddressesOfThisMachineAloneAreLoopback() throws {
  for host in ["localhost", "127.0.0.1", "127.8.9.1", "[::1]"] {
    #expect(try Endpoint(parsing: "tcp://\(host):1").isLoopback)
  }
  for host in ["head", "0.0.0.0", "*", "127.example.org", "10.0.0.1", "[::]"] {
    #expect(try !Endpoint(parsing: "tcp://\(host):1").isLoopback)
  }
}
