import Blobs
import Foundation
import Imaging
import Jobs

/// A look at what workers say they have made: what cannot be read must not count as done, or every
/// report of the run, and the choice of a sweep's settings, would end with it.
struct ResultInspection {
  private struct Size: Hashable {
    var width: Int
    var height: Int
  }

  private let blobs: BlobFolder
  /// Of images; nil where one cannot be read here, for which no worker is to blame.
  private var sizes: [Digest: Size?] = [:]

  init(in blobs: BlobFolder) { self.blobs = blobs }

  /// Why a job's result cannot be used; nil where it can.
  ///
  /// - Throws: `BlobError` of code `storage` where the disk refuses.
  mutating func fault(of result: JobResult, of job: Job) throws -> String? {
    for output in result.outputs {
      do {
        try inspect(output, of: job)
      } catch let error as BlobError where error.code == .storage {
        throw error
      } catch {
        return "\(error)"
      }
    }
    return nil
  }

  private mutating func inspect(_ output: JobOutput, of job: Job) throws {
    switch output.role {
    case .weights: break
    case .curve:
      _ = try TrainingCurve(csv: blobs.get(output.blob.digest), name: "its curve")
    case .mask(let index):
      guard job.inputs.indices.contains(index), let size = size(of: job.inputs[index].image) else {
        return
      }
      _ = try Mask(
        decodingPNG: blobs.get(output.blob.digest), width: size.width, height: size.height,
        name: "its mask \(index + 1)")
    }
  }

  private mutating func size(of digest: Digest) -> Size? {
    if let known = sizes[digest] { return known }
    let image = try? Image(decoding: blobs.get(digest), name: "the image \(digest.short)")
    let size = image.map { Size(width: $0.width, height: $0.height) }
    sizes[digest] = .some(size)
    return size
  }
}
