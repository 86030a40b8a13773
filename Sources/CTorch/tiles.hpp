#pragma once

#include <cstdint>

// The transforms of Winograd's minimal filtering F(4 x 4, 3 x 3), and their adjoints: a tile of 4 x
// 4 results Y of a 3 x 3 kernel g over 6 x 6 pixels d is
//
//   Y = A^T [(G g G^T) * (B^T d B)] A,   * element by element
//
// (Lavin and Gray 2016, equation (8)). Of products it takes 36 where the sum as written takes 144.
// The points of interpolation are 0, +-1/sqrt(2), +-sqrt(2) and infinity, with which single
// precision loses half as much as with the customary 0, +-1, +-2 and infinity.
//
// Channels are the lanes. `pixels` are the addresses of a square's pixels, or of a kernel's, row by
// row, each with `channels` values; `plane` is the number of values from one of the 36 elements of
// what is transformed to the next. The order of every sum is the same on all processors.
namespace ctorch::kernels {

// out = B^T d B, of 6 x 6 pixels.
void tile_input(const float *const *pixels, float *out, int64_t plane, int64_t channels);
// Of 4 x 4 pixels: A^T m A + bias.
void tile_result(const float *in, int64_t plane, const float *bias, float *const *pixels,
                 int64_t channels);
// out = A dY A^T, of 4 x 4 pixels: the adjoint of tile_result.
void tile_gradient(const float *const *pixels, float *out, int64_t plane, int64_t channels);
// out = G g G^T, of 3 x 3 pixels.
void kernel_input(const float *const *pixels, float *out, int64_t plane, int64_t channels);
// Of 3 x 3 pixels: G^T u G, the adjoint of kernel_input.
void kernel_gradient(const float *in, int64_t plane, float *const *pixels, int64_t channels);

}  // namespace ctorch::kernels
