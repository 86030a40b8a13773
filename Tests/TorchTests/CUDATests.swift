import Errors
import Expectations
import Testing
import Torch

@Suite("CUDA devices")
struct CUDATests {
  @Test("an error names the missing GPU and says why it is missing")
  func namesMissingGPU() throws {
    try TorchRuntime.require(.cpu)
    let error = expectError(in: .torch) { try TorchRuntime.require(.cuda(127)) }
    #expect(error?.code == .cudaUnavailable)
    let message = error?.message ?? ""
    #expect(message.hasPrefix("no CUDA device: "))
    // The reason depends on what this machine lacks.
    let reasons = ["NVIDIA driver", "Scripts/bootstrap --cuda", "cuda:127 is asked for"]
    #expect(reasons.contains { message.contains($0) }, "\(message)")
  }

  @Test("every GPU has a name, or an error says why there is none")
  func namesGPUs() throws {
    do {
      let names = try TorchRuntime.cudaDevices()
      #expect(!names.isEmpty && names.allSatisfy { !$0.isEmpty })
    } catch let error as DipperError where error.domain == .torch {
      #expect(error.code == .cudaUnavailable && error.message.hasPrefix("no CUDA device: "))
    }
  }

  @Test(
    "a CUDA graph needs a GPU",
    .disabled(if: (try? TorchRuntime.cudaDevices()) != nil, "this machine has a GPU"))
  func needsGPUForGraph() {
    expectError(in: .torch) { try CUDAGraph(gpu: 0) }
  }

  @Test("devices are described by their names in PyTorch")
  func describesDevices() {
    #expect(Device.cpu.description == "cpu")
    #expect(Device.cuda(3).description == "cuda:3")
  }
}
