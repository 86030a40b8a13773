import Jobs
import Testing

struct NetworkDescriptionTests {
  @Test func theDefaultNetworksHaveTheParametersOfTheirSources() {
    // Counted in PyTorch for the network of Ulyanov et al. 2018.
    #expect(DIPNetParameters().layout.parameterCount == 2_217_573)
    // About 1.97 million in PyTorch.
    #expect((1_960_000..<1_975_000).contains(VMNetParameters().layout.parameterCount))
  }

  @Test(arguments: [VMNetParameters().layout, DIPNetParameters().layout])
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
    var vmNet = VMNetParameters()
    var dipNet = DIPNetParameters()
    for depth in 1...5 {
      vmNet.depth = depth
      dipNet.depth = depth
      #expect(vmNet.layout.layers.map(\.halvings).max() == depth)
      #expect(dipNet.layout.layers.map(\.halvings).max() == depth)
    }
  }
}
