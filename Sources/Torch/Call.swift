import CTorch
import Errors

/// The out-parameter of a C function through which it returns a text that the caller frees.
typealias OutText = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

/// Calls a C function and turns its status and error text into a `DipperError`.
func call(_ body: (OutText) -> ctorch_status) throws {
  var text: UnsafeMutablePointer<CChar>?
  let status = body(&text)
  guard status != 0 else { return }
  defer { ctorch_free(text) }
  throw DipperError(
    status == 2 ? .gpuMemoryExhausted : .torchFailed,
    text.map { String(cString: $0) } ?? "LibTorch failed without a message")
}

/// Calls a C function that returns a tensor.
func make(_ body: (UnsafeMutablePointer<OpaquePointer?>, OutText) -> ctorch_status) throws
  -> Tensor
{
  var handle: OpaquePointer?
  try call { body(&handle, $0) }
  return Tensor(owning: handle!)
}

/// Calls a C function that returns a text.
func makeText(_ body: (OutText, OutText) -> ctorch_status) throws -> String {
  var text: UnsafeMutablePointer<CChar>?
  try call { body(&text, $0) }
  defer { ctorch_free(text) }
  return text.map { String(cString: $0) } ?? ""
}
