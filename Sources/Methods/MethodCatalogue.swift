import Jobs

/// The list of all methods, with one line for each.
public enum MethodCatalogue {
  /// The methods in the order of reports.
  public static let all: [MethodDescription] = [
    .m1,
    .m2,
    .m3,
    .m4,
    .totalVariation,
    .elastica,
    .deepImagePrior,
    .threshold,
  ]

  /// The names of all methods in the order of reports.
  public static let names = all.map(\.name)

  /// The names of the methods that are run when a configuration names none.
  public static let defaults = all.filter(\.isDefault).map(\.name)

  /// The method of a name, or nil if this release has none.
  public static subscript(name: Method) -> MethodDescription? {
    all.first { $0.name == name }
  }

  /// The position of a method in reports; methods that this release does not know come last.
  public static func rank(of name: Method) -> Int { names.firstIndex(of: name) ?? names.count }
}
