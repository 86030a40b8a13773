import Imaging

/// A white sheet with tiles in rows of three and captions below them.
struct PanelSheet {
  private static let columns = 3
  private static let gap = 12
  /// The distance between a tile and its caption, in pixels.
  private static let skip = 6
  private static let textScale = 2
  private static let textHeight = PixelFont.height * textScale
  private static let pitch = (
    x: PanelTile.side + gap, y: PanelTile.side + skip + textHeight + gap
  )

  private(set) var picture: ColourImage

  /// Creates a sheet for `count` tiles, which must be at least one.
  init(count: Int) {
    let columns = min(count, PanelSheet.columns)
    let rows = (count + PanelSheet.columns - 1) / PanelSheet.columns
    picture = ColourImage(
      width: PanelSheet.gap + columns * PanelSheet.pitch.x,
      height: PanelSheet.gap + rows * PanelSheet.pitch.y, grey: 255)
  }

  /// Adds the tile of an index, row by row, with `name` below it on the left and `note` on the right.
  mutating func add(_ tile: ColourImage, name: String, note: String, at index: Int) {
    let left = PanelSheet.gap + index % PanelSheet.columns * PanelSheet.pitch.x
    let top = PanelSheet.gap + index / PanelSheet.columns * PanelSheet.pitch.y
    let line = top + PanelTile.side + PanelSheet.skip
    let scale = PanelSheet.textScale
    picture.paste(tile, x: left, y: top)
    picture.write(name, x: left, y: line, scale: scale, colour: .grey(20))
    let start = left + PanelTile.side - PixelFont.width(of: note, scale: scale)
    picture.write(note, x: start, y: line, scale: scale, colour: .grey(90))
  }

  /// Returns a grey tile with a text in its middle.
  static func emptyTile(text: String) -> ColourImage {
    var tile = ColourImage(width: PanelTile.side, height: PanelTile.side, grey: 216)
    tile.write(
      text, x: (PanelTile.side - PixelFont.width(of: text, scale: textScale)) / 2,
      y: (PanelTile.side - textHeight) / 2, scale: textScale, colour: .grey(90))
    return tile
  }
}
