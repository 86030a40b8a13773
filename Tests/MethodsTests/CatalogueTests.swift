import Errors
import Jobs
import Methods
import Testing

/// The catalogue, and the parameters that its solvers declare.
struct CatalogueTests {
  private static let solvers = MethodCatalogue.all.compactMap { $0.solver }

  @Test("methods have different names, and a name finds its method")
  func namesAreUnique() {
    #expect(Set(MethodCatalogue.names).count == MethodCatalogue.all.count)
    for (index, method) in MethodCatalogue.all.enumerated() {
      #expect(MethodCatalogue[method.name]?.name == method.name)
      #expect(MethodCatalogue.rank(of: method.name) == index)
    }
    #expect(MethodCatalogue["M9"] == nil)
    #expect(MethodCatalogue.rank(of: "M9") == MethodCatalogue.all.count)
  }

  @Test("the default methods are the seven of the paper, in its order")
  func defaultsAreThePapers() {
    #expect(MethodCatalogue.defaults == ["M1", "M2", "M3", "M4", "TV", "Elastica", "DIP"])
  }

  @Test("solvers have different sections, and each parameter a default within its range")
  func parametersAreConsistent() throws {
    let sections = Self.solvers.compactMap { $0.section }
    #expect(Set(sections).count == sections.count)
    for solver in Self.solvers {
      let ranges = solver.parameterRanges
      #expect(Set(ranges.map(\.name)).count == ranges.count)
      #expect(solver.section != nil || ranges.isEmpty, "parameters need a section")
      for (range, number) in zip(ranges, solver.defaultNumbers) {
        #expect(range.name == number.name && range.contains(number.value))
      }
    }
  }

  @Test("a solver has the parameters of its job")
  func parametersReachTheSolver() throws {
    for solver in Self.solvers {
      var numbers = solver.defaultNumbers
      for index in numbers.indices where numbers[index].name == "maximum_iterations" {
        numbers[index].value = 7
      }
      #expect(try solver.solver(numbers).numbers == numbers)
    }
  }

  @Test("parameters of another name, number or range are refused")
  func otherParametersAreRefused() throws {
    let solver = try #require(MethodCatalogue[.totalVariation]?.solver)
    var outside = solver.defaultNumbers
    outside[0].value = 0
    var fractional = solver.defaultNumbers
    fractional[2].value = 7.5
    let others = [
      [], Array(solver.defaultNumbers.dropLast()), solver.defaultNumbers.reversed(), outside,
      fractional, solver.defaultNumbers + [NamedNumber(name: "mu", value: 1)],
    ]
    for numbers in others {
      let error = #expect(throws: DipperError.self) { try solver.solver(numbers) }
      #expect(error?.code == .parametersUnknown)
    }
  }
}
