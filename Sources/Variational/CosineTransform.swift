import CKissFFT
import Foundation

/// The two-dimensional type-II discrete cosine transform, which diagonalises `-div grad` with zero
/// flux at the borders (MATH: section 6), and its inverse.
///
/// By a real FFT of the same length (Makhoul 1980). Not thread-safe: it owns its work space.
final class CosineTransform {
  private let rows: Line
  private let columns: Line
  private let width: Int
  private let height: Int
  private var turned: [Float]

  /// - Precondition: both sizes are even.
  init(width: Int, height: Int) {
    (self.width, self.height) = (width, height)
    rows = Line(count: width)
    columns = width == height ? rows : Line(count: height)
    turned = [Float](repeating: 0, count: width * height)
  }

  /// The eigenvalue of `-div grad` for every coefficient, row-major.
  var eigenvalues: [Float] {
    func axis(_ count: Int) -> [Double] {
      (0..<count).map { 2 - 2 * cos(.pi * Double($0) / Double(count)) }
    }
    let (across, down) = (axis(width), axis(height))
    return (0..<width * height).map { Float(across[$0 % width] + down[$0 / width]) }
  }

  /// Multiplies the coefficients of `field` by `factors`, row-major, in place.
  func filter(_ field: inout [Float], by factors: [Float]) {
    along(&field, rows, height, Line.forward)
    transpose(&field, to: &turned, width, height)
    along(&turned, columns, width, Line.forward)
    // Coefficients lie transposed here.
    for x in 0..<width {
      for y in 0..<height { turned[x * height + y] *= factors[y * width + x] }
    }
    along(&turned, columns, width, Line.inverse)
    transpose(&turned, to: &field, height, width)
    along(&field, rows, height, Line.inverse)
  }

  private func along(
    _ field: inout [Float], _ line: Line, _ count: Int,
    _ transform: (Line) -> (UnsafeMutablePointer<Float>) -> Void
  ) {
    field.withUnsafeMutableBufferPointer { values in
      for index in 0..<count { transform(line)(values.baseAddress! + index * line.count) }
    }
  }

  private func transpose(_ from: inout [Float], to: inout [Float], _ width: Int, _ height: Int) {
    from.withUnsafeBufferPointer { source in
      to.withUnsafeMutableBufferPointer { target in
        for y in 0..<height {
          for x in 0..<width { target[x * height + y] = source[y * width + x] }
        }
      }
    }
  }
}

/// One-dimensional transforms of one length, in place.
private final class Line {
  let count: Int
  private let toSpectrum: kiss_fftr_cfg
  private let toSignal: kiss_fftr_cfg
  private var signal: [Float]
  private var spectrum: [kiss_fft_cpx]
  /// exp(-i pi k / 2N), k = 0...N/2.
  private let twist: [(real: Float, imaginary: Float)]

  init(count: Int) {
    precondition(count > 0 && count % 2 == 0, "the transform needs an even size, got \(count)")
    self.count = count
    toSpectrum = kiss_fftr_alloc(Int32(count), 0, nil, nil)
    toSignal = kiss_fftr_alloc(Int32(count), 1, nil, nil)
    signal = [Float](repeating: 0, count: count)
    spectrum = [kiss_fft_cpx](repeating: kiss_fft_cpx(r: 0, i: 0), count: count / 2 + 1)
    twist = (0...count / 2).map {
      let angle = -Double.pi * Double($0) / Double(2 * count)
      return (Float(cos(angle)), Float(sin(angle)))
    }
  }

  deinit {
    free(UnsafeMutableRawPointer(toSpectrum))
    free(UnsafeMutableRawPointer(toSignal))
  }

  func forward(_ values: UnsafeMutablePointer<Float>) {
    for index in 0..<count / 2 {
      signal[index] = values[2 * index]
      signal[count - 1 - index] = values[2 * index + 1]
    }
    kiss_fftr(toSpectrum, signal, &spectrum)
    for k in 0...count / 2 {
      let (c, s) = (twist[k], spectrum[k])
      values[k] = 2 * (c.real * s.r - c.imaginary * s.i)
      if k > 0 { values[count - k] = -2 * (c.real * s.i + c.imaginary * s.r) }
    }
  }

  func inverse(_ values: UnsafeMutablePointer<Float>) {
    let scale = 0.5 / Float(count)
    for k in 0...count / 2 {
      let (real, imaginary) = (values[k], k > 0 ? -values[count - k] : 0)
      let c = twist[k]
      spectrum[k].r = scale * (c.real * real + c.imaginary * imaginary)
      spectrum[k].i = scale * (c.real * imaginary - c.imaginary * real)
    }
    kiss_fftri(toSignal, spectrum, &signal)
    for index in 0..<count / 2 {
      values[2 * index] = signal[index]
      values[2 * index + 1] = signal[count - 1 - index]
    }
  }
}
