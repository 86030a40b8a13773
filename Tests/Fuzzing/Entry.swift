import Foundation

/// The decoder under test, by the variable `DIPPER_DECODER`.
private let decoder: Decoder = {
  let name = ProcessInfo.processInfo.environment["DIPPER_DECODER"] ?? ""
  guard let decoder = Decoder(rawValue: name) else {
    let names = Decoder.allCases.map(\.rawValue).joined(separator: ", ")
    fatalError("DIPPER_DECODER is \(name.isEmpty ? "missing" : name): one of \(names)")
  }
  return decoder
}()

/// What libFuzzer calls with every input that it makes up; a trap or another error than the module's
/// own is its finding.
@_cdecl("LLVMFuzzerTestOneInput")
public func readOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = bytes.map { Data(bytes: $0, count: count) } ?? Data()
  do { try decoder.read(input) } catch {
    fatalError("\(decoder) threw \(type(of: error)): \(error)")
  }
  return 0
}
