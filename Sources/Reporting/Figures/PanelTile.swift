import Imaging

/// One view of a case, `PanelTile.side` pixels wide and high.
struct PanelTile: Sendable {
  /// The width and height of a tile, in pixels.
  static let side = 256

  /// The pixels of the tile.
  private(set) var picture: ColourImage
  private let region: RegionOfInterest

  /// Shows a grey image, with values in `[0, 1]`, in `region`. Pixels of the region outside of the
  /// image are white.
  init(_ image: Image, region: RegionOfInterest) {
    self.init(image, seenThrough: region, of: region) {
      .grey(UInt8((255 * max(0, min(1, $0))).rounded()))
    }
  }

  /// Shows a field in colours. The field's own grid covers the square `grid` of the image. Pixels
  /// of the region outside of the field are white.
  init(
    _ field: Image, over grid: RegionOfInterest, region: RegionOfInterest,
    colour: (Float) -> Colour
  ) {
    let scale = Double(field.width) / grid.side
    let view = RegionOfInterest(
      left: (region.left - grid.left) * scale - 0.5, top: (region.top - grid.top) * scale - 0.5,
      side: region.side * scale)
    self.init(field, seenThrough: view, of: region, colour: colour)
  }

  /// - Parameters:
  ///   - view: the square that is shown, in pixels of `image`.
  ///   - region: the same square, in pixels of the case's image.
  private init(
    _ image: Image, seenThrough view: RegionOfInterest, of region: RegionOfInterest,
    colour: (Float) -> Colour
  ) {
    let size = PanelTile.side
    self.region = region
    picture = ColourImage(width: size, height: size, grey: 255)
    let values = view.extract(image, size: size)
    let scale = view.side / Double(size)
    let columns = -0.5...Double(image.width) - 0.5
    let rows = -0.5...Double(image.height) - 0.5
    for y in 0..<size where rows.contains(view.top + (Double(y) + 0.5) * scale) {
      for x in 0..<size where columns.contains(view.left + (Double(x) + 0.5) * scale) {
        let (red, green, blue) = colour(values[x, y]).components
        picture[x, y] = (red, green, blue)
      }
    }
  }

  /// Draws the boundary of a mask on the image's grid.
  mutating func outline(_ mask: Mask, width: Double, colour: Colour) {
    picture.stroke(mask.contour.map(inTile), width: width, colour: colour)
  }

  /// Draws the marker polygon, with its vertices as dots.
  mutating func outline(_ markers: MarkerSet, colour: Colour) {
    let next = markers.points.dropFirst() + markers.points.prefix(1)
    let sides = zip(markers.points, next).map { inTile(Segment(from: $0, to: $1)) }
    picture.stroke(sides, width: 1.5, colour: colour)
    picture.stroke(sides.map { Segment(from: $0.from, to: $0.from) }, width: 6, colour: colour)
  }

  /// Converts a segment of the image to coordinates of the tile.
  private func inTile(_ segment: Segment) -> Segment {
    let ends = region.extract(
      MarkerSet(points: [segment.from, segment.to]), size: PanelTile.side
    ).points
    return Segment(from: ends[0], to: ends[1])
  }
}

extension RegionOfInterest {
  /// Creates the square that shows the ground truth and the markers with a margin, or the whole
  /// image if they fill most of it. The square stays inside of the image as far as possible.
  init(showing groundTruth: Mask, markers: MarkerSet) {
    var xs = markers.points.map(\.x)
    var ys = markers.points.map(\.y)
    for (index, isInside) in groundTruth.pixels.enumerated() where isInside {
      xs.append(Double(index % groundTruth.width))
      ys.append(Double(index / groundTruth.width))
    }
    let box = MarkerSet(
      points: [Point(x: xs.min()!, y: ys.min()!), Point(x: xs.max()!, y: ys.max()!)])
    self.init(around: box, factor: 1.8)
    side = max(side, 24)
    guard side < 0.8 * Double(max(groundTruth.width, groundTruth.height)) else {
      self.init(wholeOf: groundTruth.width, height: groundTruth.height)
      return
    }
    left = inside(left, side: side, count: groundTruth.width)
    top = inside(top, side: side, count: groundTruth.height)
  }
}

/// Returns the edge nearest to `edge` for which a window of length `side` lies within `count`
/// pixels. A longer window is centred.
private func inside(_ edge: Double, side: Double, count: Int) -> Double {
  let room = Double(count) - side
  return room < 0 ? room / 2 - 0.5 : max(-0.5, min(room - 0.5, edge))
}
