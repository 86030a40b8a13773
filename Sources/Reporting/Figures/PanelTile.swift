import Imaging

/// One view of a case, `PanelTile.side` pixels wide and high.
struct PanelTile: Sendable {
  /// Pixels of a tile along each side.
  static let side = 256

  /// The image in `[0, 1]`, seen through the region.
  private(set) var picture: ColourImage
  private let region: RegionOfInterest

  /// The grey image in `region`; white where the region reaches beyond it.
  ///
  /// - Parameter image: in `[0, 1]`.
  init(_ image: Image, region: RegionOfInterest) {
    self.init(image, seenThrough: region, of: region) {
      .grey(UInt8((255 * max(0, min(1, $0))).rounded()))
    }
  }

  /// A field on a grid of its own over `grid`, in colours; white where the region reaches beyond it.
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

  /// - Parameters: `view`: in pixels of `image`; `region`: the same square in those of the case.
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
  mutating func outline(_ mask: Mask, width: Double, _ colour: Colour) {
    picture.stroke(mask.contour.map(placed), width: width, colour)
  }

  /// Draws the marker polygon, its vertices as dots.
  mutating func outline(_ markers: MarkerSet, _ colour: Colour) {
    let next = markers.points.dropFirst() + markers.points.prefix(1)
    let sides = zip(markers.points, next).map { placed(Segment(from: $0, to: $1)) }
    picture.stroke(sides, width: 1.5, colour)
    picture.stroke(sides.map { Segment(from: $0.from, to: $0.from) }, width: 6, colour)
  }

  /// A segment of the image in coordinates of the tile.
  private func placed(_ segment: Segment) -> Segment {
    let ends = region.extract(
      MarkerSet(points: [segment.from, segment.to]), size: PanelTile.side
    ).points
    return Segment(from: ends[0], to: ends[1])
  }
}

extension RegionOfInterest {
  /// The square that shows the truth and the markers with a margin; the whole image where they fill
  /// most of it. It stays inside the image as far as it can.
  init(showing truth: Mask, _ markers: MarkerSet) {
    var (xs, ys) = (markers.points.map(\.x), markers.points.map(\.y))
    for (index, isInside) in truth.pixels.enumerated() where isInside {
      xs.append(Double(index % truth.width))
      ys.append(Double(index / truth.width))
    }
    let box = MarkerSet(
      points: [Point(x: xs.min()!, y: ys.min()!), Point(x: xs.max()!, y: ys.max()!)])
    self.init(around: box, factor: 1.8)
    side = max(side, 24)
    guard side < 0.8 * Double(max(truth.width, truth.height)) else {
      self.init(wholeOf: truth.width, height: truth.height)
      return
    }
    left = inside(left, side: side, count: truth.width)
    top = inside(top, side: side, count: truth.height)
  }
}

/// The edge nearest to `edge` from which a window of `side` lies within `count` pixels; centred
/// where it is longer than they are.
private func inside(_ edge: Double, side: Double, count: Int) -> Double {
  let room = Double(count) - side
  return room < 0 ? room / 2 - 0.5 : max(-0.5, min(room - 0.5, edge))
}
