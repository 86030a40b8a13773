import Jobs
import Testing

struct NetworkDescriptionTests {
  @Test func theDefaultNetworksHaveTheParametersOfTheirSources() {
    // MATH.md, section 5a: counted in PyTorch for the network of Ulyanov et al.
    #expect(NetworkParameters().dipNet.parameterCount == 2_217_573)
    // Section 4: 1.97 million.
    #expect((1_960_000..<1_975_000).contains(NetworkParameters().vmNet.parameterCount))
  }

  @Test(arguments: [NetworkParameters().vmNet, NetworkParameters().dipNet])
  func everyLayerFitsItsSources(_ net: NetworkDescription) {
    #expect(Set(net.layers.map(\.name)).count == net.layers.count)
    for (index, layer) in net.layers.enumerated().dropFirst() {
      let sources = layer.sources.compactMap { net[$0] }
      #expect(sources.count == layer.sources.count)
      #expect(sources.allSatisfy { source in net.layers[..<index].contains(source) })
      #expect(sources.reduce(0) { $0 + $1.outputs } == layer.inputs)
      if case .junction = layer.kind {
        // The one below is half as large.
        #expect(sources.map(\.halvings) == [layer.halvings, layer.halvings + 1])
      }
    }
    #expect(net.layers.last?.outputs == 1 && net.layers.last?.halvings == 0)
  }

  @Test func depthIsTheNumberOfHalvings() {
    var network = NetworkParameters()
    for depth in 1...5 {
      (network.vmDepth, network.dipDepth) = (depth, depth)
      #expect(network.vmNet.layers.map(\.halvings).max() == depth)
      #expect(network.dipNet.layers.map(\.halvings).max() == depth)
    }
  }
}
