import Testing
import Torch

struct CUDATests {
  @Test func aGPUThatIsMissingIsNamedAndSoIsTheReason() throws {
    try TorchRuntime.require(.cpu)
    let error = #expect(throws: TorchError.self) { try TorchRuntime.require(.cuda(127)) }
    #expect(error?.code == .device)
    let message = error?.message ?? ""
    #expect(message.hasPrefix("no CUDA device: "))
    // By what this machine lacks.
    let reasons = ["NVIDIA driver", "Scripts/bootstrap --cuda", "cuda:127 is asked for"]
    #expect(reasons.contains { message.contains($0) }, "\(message)")
  }

  @Test func cardsHaveNamesOrThereIsAReason() throws {
    do {
      let gpus = try TorchRuntime.cudaDevices()
      #expect(!gpus.isEmpty && gpus.allSatisfy { !$0.isEmpty })
    } catch let error as TorchError {
      #expect(error.code == .device && error.message.hasPrefix("no CUDA device: "))
    }
  }

  @Test(.disabled(if: (try? TorchRuntime.cudaDevices()) != nil, "this machine has a GPU"))
  func nothingIsRecordedWithoutAGPU() {
    #expect(throws: TorchError.self) { try Recording(gpu: 0) }
  }

  @Test func devicesSayWhichTheyAre() {
    #expect(Device.cpu.description == "cpu")
    #expect(Device.cuda(3).description == "cuda:3")
  }
}
