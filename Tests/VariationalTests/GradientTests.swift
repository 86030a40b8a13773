import Imaging
import TestSupport
import Testing
import Variational

struct GradientTests {
  private static func random(
    width: Int, height: Int, using generator: inout SeededGenerator
  ) -> (u: [Float], p: VectorField) {
    var p = VectorField(width: width, height: height)
    p.x = Image.random(width: width, height: height, in: -1...1, using: &generator).pixels
    p.y = Image.random(width: width, height: height, in: -1...1, using: &generator).pixels
    return (Image.random(width: width, height: height, in: -1...1, using: &generator).pixels, p)
  }

  @Test("the divergence is minus the adjoint of the gradient")
  func divergenceIsAdjoint() {
    var generator = SeededGenerator(seed: 3)
    for (width, height) in [(1, 1), (1, 8), (8, 1), (2, 2), (7, 12), (32, 20)] {
      let (u, p) = Self.random(width: width, height: height, using: &generator)
      var gradient = VectorField(width: width, height: height)
      gradient.setGradient(of: u)
      let left = u.indices.reduce(0.0) {
        $0 + Double(gradient.x[$1]) * Double(p.x[$1]) + Double(gradient.y[$1]) * Double(p.y[$1])
      }
      let right = zip(u, p.divergence).reduce(0.0) { $0 - Double($1.0) * Double($1.1) }
      #expect(abs(left - right) < 1e-5 * Double(width * height), "\(width) x \(height)")
    }
  }

  @Test("the gradient of a constant is zero")
  func gradientOfConstant() {
    var gradient = VectorField(width: 6, height: 4)
    gradient.setGradient(of: [Float](repeating: 0.7, count: 24))
    #expect(gradient == VectorField(width: 6, height: 4))
  }
}
