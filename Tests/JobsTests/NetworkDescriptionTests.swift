import Jobs
import Testing

struct NetworkDescriptionTests {
  @Test("the default networks have the numbers of parameters of their sources")
  func defaultNetworks() {
    // This number was counted in PyTorch for the network of Ulyanov et al. 2018.
    #expect(DIPNetParameters().layout.parameterCount == 2_217_573)
    // The network has about 1.97 million parameters in PyTorch.
    #expect((1_960_000..<1_975_000).contains(VMNetParameters().layout.parameterCount))
  }

  @Test(
    "every layer fits the layers that it reads",
    arguments: [VMNetParameters().layout, DIPNetParameters().layout])
  func layers(_ net: NetworkDescription) {
    #expect(Set(net.layers.map(\.name)).count == net.layers.count)
    for (index, layer) in net.layers.enumerated().dropFirst() {
      let sources = layer.sources.compactMap { net[$0] }
      #expect(sources.count == layer.sources.count)
      #expect(sources.allSatisfy { source in net.layers[..<index].contains(source) })
      #expect(sources.reduce(0) { $0 + $1.outputs } == layer.inputs)
      if case .junction = layer.kind {
        // The lower level has half the size.
        #expect(sources.map(\.halvings) == [layer.halvings, layer.halvings + 1])
      }
    }
    #expect(net.layers.last?.outputs == 1 && net.layers.last?.halvings == 0)
  }

  @Test("the depth of a network is its number of halvings") func depth() {
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
