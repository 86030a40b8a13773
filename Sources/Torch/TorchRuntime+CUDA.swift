import CTorch

extension TorchRuntime {
  /// The names of the cards that this process can compute on, by their index, at least one.
  ///
  /// Loads LibTorch's CUDA part where the machine has a card, which takes a second or so. It must
  /// come before the process's first computation: the library looks for that part only once.
  ///
  /// - Throws: `TorchError` of code `device`, `no CUDA device: ...`, which says what is missing.
  public static func cudaDevices() throws -> [String] {
    var (cards, usable): (Int32, Int32) = (0, 0)
    do { try call { ctorch_cuda_cards(&cards, $0) } } catch { throw missing("\(error)") }
    guard cards > 0 else { throw missing("the NVIDIA driver of this machine sees no card") }
    do { try call { ctorch_load_cuda("libtorch_cuda.so", $0) } } catch {
      throw missing("LibTorch's CUDA part does not load (\(error)); run Scripts/bootstrap --cuda")
    }
    try call { ctorch_cuda_devices(&usable, $0) }
    guard usable >= cards else {
      throw missing(
        "LibTorch can use \(usable) of the \(cards) that are here; is the NVIDIA driver too old?")
    }
    return try (0..<cards).map { index in try makeText { ctorch_cuda_card_name(index, $0, $1) } }
  }

  /// Makes sure that `device` can be used.
  ///
  /// - Throws: `TorchError` of code `device`, `no CUDA device: ...`, which says what is missing.
  public static func require(_ device: Device) throws {
    guard case .cuda(let index) = device else { return }
    let cards = try cudaDevices()
    guard index < cards.count else {
      throw missing("\(device) is asked for and this machine has \(cards.count), from cuda:0")
    }
  }

  private static func missing(_ reason: String) -> TorchError {
    TorchError(.device, "no CUDA device: \(reason)")
  }
}
