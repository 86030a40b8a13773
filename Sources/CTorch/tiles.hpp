#pragma once

#include <cstdint>

// The transforms of Winograd's minimal filtering F(4 x 4, 3 x 3), and their adjoints: a tile of 4 x 4
// results Y of a 3 x 3 kernel g over 6 x 6 pixels d is
//
//   Y = A^T [(G g G^T) * (B^T d B)] A,   * element by element
//
// (Lavin and Gray 2016, equation (8)). Of products it takes 36 where the sum as written takes 144. The
// points of interpolation are 0, +-1/sqrt(2), +-sqrt(2) and infinity, with which single precision loses
// half as much as with the customary 0, +-1, +-2 and infinity.
//
// Channels are the lanes. `pixels` are the addresses of a square's pixels, row by row, each with
// `channels` values; `plane` is the number of values from one of the 36 elements of a transformed tile to
// the next. The order of every sum is the same on all processors.
namespace ctorch::kernels {

// out = B^T d B, of 6 x 6 pixels.
void tile_input(const float *const *pixels, float *out, int64_t plane, int64_t channels);
// Of 4 x 4 pixels: A^T m A + bias.
void tile_result(const float *in, int64_t plane, const float *bias, float *const *pixels,
                 int64_t channels);
// out = A dY A^T, of 4 x 4 pixels: the adjoint of tile_result.
void tile_gradient(const float *const *pixels, float *out, int64_t plane, int64_t channels);
// out = G g G^T, from 9 to 36 planes of `count` values.
void kernel_input(const float *in, float *out, int64_t count);
// out = G^T u G, from 36 to 9 planes: its adjoint.
void kernel_gradient(const float *in, float *out, int64_t count);

}  // namespace ctorch::kernels
