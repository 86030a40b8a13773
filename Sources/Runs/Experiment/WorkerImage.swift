import Errors
import Foundation
import Imaging
import Volumes

/// Returns an image file of one slice in a format that workers decode.
///
/// A PNG or NIfTI file is returned as it is; another format is converted into a NIfTI file with the
/// same values and geometry, so that workers need no reader of that format.
///
/// - Throws: `DipperError` that names the file if it cannot be read or holds several slices.
package func workerImage(contentsOf file: URL) throws -> Data {
  let bytes = try readFile(file)
  if Image.isDecodable(bytes) { return bytes }
  let volume = try Volume(contentsOf: [file])
  guard volume.grid.sliceCount == 1 else {
    throw DipperError(
      .imageUnsupported,
      "\(file.path) has \(volume.grid.sliceCount) slices, and a case has one; make a data set of "
        + "slices by `dipper data import`")
  }
  return try volume.finiteSlice(0, name: file.path)
    .encodedNIfTI(on: volume.grid.slice(0), compressed: true)
}
