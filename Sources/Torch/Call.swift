import CTorch

typealias ErrorText = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

/// Carries out a C call and turns its error text into a `TorchError`.
func call(_ body: (ErrorText) -> ctorch_status) throws {
  var text: UnsafeMutablePointer<CChar>?
  let status = body(&text)
  guard status != 0 else { return }
  defer { ctorch_free(text) }
  throw TorchError(
    status == 2 ? .memory : .library,
    text.map { String(cString: $0) } ?? "LibTorch failed without a word")
}

/// Carries out a C call that makes a tensor.
func make(_ body: (UnsafeMutablePointer<OpaquePointer?>, ErrorText) -> ctorch_status) throws
  -> Tensor
{
  var handle: OpaquePointer?
  try call { body(&handle, $0) }
  return Tensor(owning: handle!)
}

/// Carries out a C call that makes a text.
func makeText(_ body: (ErrorText, ErrorText) -> ctorch_status) throws -> String {
  var text: UnsafeMutablePointer<CChar>?
  try call { body(&text, $0) }
  defer { ctorch_free(text) }
  return text.map { String(cString: $0) } ?? ""
}
