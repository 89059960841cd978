#pragma once
// Owners of OpenSSL's objects, and its last error as text. For the files of this room only. Any
// thread.

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <memory>
#include <string>

namespace slipway::tls {

template <auto Free>
struct Deleter {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};
struct StackDeleter {
  void operator()(STACK_OF(X509) * stack) const { sk_X509_pop_free(stack, X509_free); }
};

using Key = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using X509Ptr = std::unique_ptr<X509, Deleter<X509_free>>;
using Chain = std::unique_ptr<STACK_OF(X509), StackDeleter>;
using Bio = std::unique_ptr<BIO, Deleter<BIO_free>>;

// "no start line": why the last call failed. Takes all that OpenSSL noted, so that it does not show
// up in another call.
std::string last_error();

}  // namespace slipway::tls
