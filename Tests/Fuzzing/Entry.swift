import Foundation

/// The decoder under test, which the variable `DIPPER_DECODER` names.
private let decoder: Decoder = {
  let name = ProcessInfo.processInfo.environment["DIPPER_DECODER"] ?? ""
  guard let decoder = Decoder(rawValue: name) else {
    let names = Decoder.allCases.map(\.rawValue).joined(separator: ", ")
    fatalError("DIPPER_DECODER is \(name.isEmpty ? "missing" : name); it must be one of \(names)")
  }
  return decoder
}()

/// Reads one input; libFuzzer calls this with every input that it generates. A trap, or an error
/// other than the module's own, is a finding.
@_cdecl("LLVMFuzzerTestOneInput")
public func readOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = bytes.map { Data(bytes: $0, count: count) } ?? Data()
  do { try decoder.read(input) } catch {
    fatalError("\(decoder) threw \(type(of: error)): \(error)")
  }
  return 0
}
