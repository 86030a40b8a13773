import Imaging

/// Returns c1, the mean of an image inside the marker polygon, equation (9).
///
/// - Precondition: `markers` is not empty and lies on the image's grid.
public func meanIntensity(of image: Image, inside markers: Mask) -> Double {
  precondition(image.pixels.count == markers.pixels.count && markers.area > 0)
  let sum = zip(image.pixels, markers.pixels).reduce(0.0) { $0 + ($1.1 ? Double($1.0) : 0) }
  return sum / Double(markers.area)  // equation (9)
}

/// Returns the fitting term Phi, the reformulated Chan-Vese term of Roberts and Spencer (2019).
///
/// It is -1 where the image equals c1, rises to `gamma^2` at the ends of the window and is
/// `(f - c1)^2` outside of it.
///
/// - Parameters:
///   - image: f in `[0, 1]`.
///   - c1: mean of f inside the marker polygon.
///   - window: half-widths of the intensity window round c1.
/// - Returns: values in `[-1, 1]` on the image's grid.
public func fittingTerm(_ image: Image, mean c1: Double, window: FittingWindow) -> Image {
  var phi = image
  phi.pixels = image.pixels.map { value in
    let difference = Double(value) - c1
    let halfWidth = difference <= 0 ? window.gamma1 : window.gamma2
    let hat = max(0, 1 - abs(difference) / halfWidth)
    return Float(difference * difference - hat)  // equation (10)
  }
  return phi
}
