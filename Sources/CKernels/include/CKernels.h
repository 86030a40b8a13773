#ifndef CKERNELS_H
#define CKERNELS_H

#include "CTorch.h"

// Dipper's own kernels on LibTorch's tensors, their CPU memory, and its random numbers. README.md
// says why each exists and what it gained.
//
// Statuses, error texts and the ownership of tensors are as in CTorch.h. Tensors are N x C x H x W:
// N images of C channels, H rows and W columns. A tensor on a GPU goes through the unfused layers.

#ifdef __cplusplus
extern "C" {
#endif

// --- Layers ---

// Convolves `input` with `weight` (output channels x input channels x K x K) and adds `bias`. The
// border is `padding` pixels of reflection or of zeros. Weights are cast to the input's type. An
// input with a multiple of the channels that `weight` takes is convolved in groups: each part of
// its channels is convolved with its part of the filters.
ctorch_status ckernels_conv2d(const ctorch_tensor *input, const ctorch_tensor *weight,
                              const ctorch_tensor *bias, int64_t stride, int64_t padding,
                              bool reflect_padding, ctorch_tensor **out, char **error);

// The parameters of a batch normalisation followed by a leaky ReLU.
typedef struct {
  // Scale and shift of every channel.
  const ctorch_tensor *weight, *bias;
  // Running statistics of every channel. NULL leaves them unchanged if `training` is set.
  const ctorch_tensor *running_mean, *running_variance;
  // Normalises by the batch's own statistics and moves the running ones by `momentum`; otherwise
  // normalises by the running ones, which has no gradient.
  bool training;
  double momentum, epsilon;
  // The activation's slope for negative values: 0 is ReLU, 1 is no activation.
  double slope;
} ckernels_batch_norm;

// Normalises `input` and applies the activation.
ctorch_status ckernels_batch_norm_relu(const ctorch_tensor *input, const ckernels_batch_norm *norm,
                                       ctorch_tensor **out, char **error);
// Computes ckernels_batch_norm_relu and then ckernels_conv2d as one step of differentiation. It
// saves only `input` for its backward pass, or its recomputation if it can be computed again.
ctorch_status ckernels_batch_norm_relu_conv2d(const ctorch_tensor *input,
                                              const ckernels_batch_norm *norm,
                                              const ctorch_tensor *weight,
                                              const ctorch_tensor *bias, int64_t stride,
                                              int64_t padding, bool reflect_padding,
                                              ctorch_tensor **out, char **error);
// Takes the maximum of each window of `size` x `size` pixels, 1 to 16, which divides H and W.
ctorch_status ckernels_max_pool(const ctorch_tensor *input, int64_t size, ctorch_tensor **out,
                                char **error);
// Concatenates the channels of `skip` and of `lower`, upsampled to twice its height and width:
// bilinear, corners not aligned. The channels of both consist of `groups` parts, which are
// concatenated part by part.
ctorch_status ckernels_upsample_concat(const ctorch_tensor *skip, const ctorch_tensor *lower,
                                       int64_t groups, ctorch_tensor **out, char **error);

// --- The same layers, unfused ---
//
// They are composed of LibTorch's own differentiable operations and work on any device. The
// functions above call them for GPUs and for several groups; tests compare both on the CPU.

ctorch_status ckernels_unfused_conv2d(const ctorch_tensor *input, const ctorch_tensor *weight,
                                      const ctorch_tensor *bias, int64_t stride, int64_t padding,
                                      bool reflect_padding, ctorch_tensor **out, char **error);
ctorch_status ckernels_unfused_batch_norm_relu(const ctorch_tensor *input,
                                               const ckernels_batch_norm *norm, ctorch_tensor **out,
                                               char **error);
ctorch_status ckernels_unfused_batch_norm_relu_conv2d(const ctorch_tensor *input,
                                                      const ckernels_batch_norm *norm,
                                                      const ctorch_tensor *weight,
                                                      const ctorch_tensor *bias, int64_t stride,
                                                      int64_t padding, bool reflect_padding,
                                                      ctorch_tensor **out, char **error);
ctorch_status ckernels_unfused_upsample_concat(const ctorch_tensor *skip,
                                               const ctorch_tensor *lower, int64_t groups,
                                               ctorch_tensor **out, char **error);

// --- CPU memory ---

// Makes LibTorch take large blocks of CPU memory from a pool that keeps freed blocks, for the life
// of the process.
ctorch_status ckernels_use_memory_pool(char **error);
// Returns the largest number of bytes of large blocks in use at once since the pool was last
// emptied.
ctorch_status ckernels_peak_memory(int64_t *bytes, char **error);
// Gives the pool's free blocks back to the system.
ctorch_status ckernels_empty_memory_pool(char **error);

// --- Random numbers ---
//
// Philox 4x32-10 (Salmon, Moraes, Dror and Shaw 2011): random numbers as a pure function of a
// counter, with the same bits on every processor.

// The key of a sequence of random numbers. `seed` is Philox's key; `stream` and `step` are two
// words of its counter, and the other two words of the counter count blocks of four numbers.
typedef struct {
  uint64_t seed;
  uint32_t stream, step;
} ckernels_random_key;

// Computes one block of Philox: `state` is the counter and becomes its 128 random bits.
void ckernels_philox(uint32_t state[4], uint64_t seed);
// Draws `count` values uniform in [low, high): low plus multiples of 2^-24 of the range.
void ckernels_uniforms(ckernels_random_key key, float low, float high, float *values,
                       int64_t count);
// Draws `count` values of a normal distribution of mean 0 (Box and Muller 1958).
void ckernels_normals(ckernels_random_key key, float deviation, float *values, int64_t count);

// --- Matrix products ---

// Returns the answer of Dipper's replacement for MKL's vendor check, which is true if MKL may use
// its fastest code. The function is public for tests.
//
// `is_intel` and `has_avx512` describe the processor. `vendor_check` and `compatible_mode` are the
// values of the environment variables DIPPER_MKL_VENDOR_CHECK and MKL_CBWR, or NULL if these are
// unset.
bool ckernels_passes_vendor_check(bool is_intel, bool has_avx512, const char *vendor_check,
                                  const char *compatible_mode);

#ifdef __cplusplus
}
#endif

#endif
