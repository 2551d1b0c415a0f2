// SPDX-License-Identifier: Apache-2.0
#include "support/pki.hpp"

#include <random>

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

namespace streamgate::test {
namespace {

template <auto F>
struct Free {
  template <class T>
  void operator()(T* p) const
  {
    F(p);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Free<X509_free>>;
using Bio = std::unique_ptr<BIO, Free<BIO_free_all>>;

std::string text_of(BIO* bio)
{
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

std::string pem(EVP_PKEY* key)
{
  const Bio bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_PrivateKey_traditional(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr); // as Kubernetes wants it
  return text_of(bio.get());
}

std::string pem(X509* certificate)
{
  const Bio bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(bio.get(), certificate);
  return text_of(bio.get());
}

void add_name(X509_NAME* name, const char* field, const std::string& value)
{
  if (value.empty()) return;
  X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(value.c_str()), -1, -1,
                             0);
}

void add_extension(X509* to, int kind, const std::string& value)
{
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, to, to, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
  X509_add_ext(to, extension, -1);
  X509_EXTENSION_free(extension);
}

// A certificate without extensions and signature, good from a minute ago for a day.
Certificate draft(EVP_PKEY* key, const std::string& common_name, const std::string& organisation)
{
  Certificate certificate(X509_new());
  std::random_device random;
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate.get()), (std::uint64_t{random() >> 1U} << 32U) | random());
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -60);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 24L * 3600);
  X509_set_pubkey(certificate.get(), key);
  add_name(X509_get_subject_name(certificate.get()), "O", organisation);
  add_name(X509_get_subject_name(certificate.get()), "CN", common_name);
  return certificate;
}

} // namespace

struct Authority::Impl {
  Key key{EVP_EC_gen("P-256")};
  Certificate certificate;

  KeyPair sign(Certificate draft_one, EVP_PKEY* its_key) const
  {
    X509_set_issuer_name(draft_one.get(), X509_get_subject_name(certificate.get()));
    X509_sign(draft_one.get(), key.get(), EVP_sha256());
    return {pem(draft_one.get()), pem(its_key)};
  }
};

Authority::Authority(const std::string& name) : m_impl(std::make_unique<Impl>())
{
  m_impl->certificate = draft(m_impl->key.get(), name, "");
  auto* certificate = m_impl->certificate.get();
  add_extension(certificate, NID_basic_constraints, "critical,CA:TRUE");
  add_extension(certificate, NID_key_usage, "critical,keyCertSign,cRLSign");
  X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
  X509_sign(certificate, m_impl->key.get(), EVP_sha256());
}

Authority::~Authority() = default;

std::string Authority::certificate() const
{
  return pem(m_impl->certificate.get());
}

KeyPair Authority::issue_server(const std::string& names) const
{
  const Key key(EVP_EC_gen("P-256"));
  auto certificate = draft(key.get(), "server", "");
  add_extension(certificate.get(), NID_ext_key_usage, "serverAuth");
  add_extension(certificate.get(), NID_subject_alt_name, names);
  return m_impl->sign(std::move(certificate), key.get());
}

KeyPair Authority::issue_client(const std::string& user, const std::string& group) const
{
  const Key key(EVP_EC_gen("P-256"));
  auto certificate = draft(key.get(), user, group);
  add_extension(certificate.get(), NID_ext_key_usage, "clientAuth");
  return m_impl->sign(std::move(certificate), key.get());
}

std::string make_key()
{
  return pem(Key(EVP_EC_gen("P-256")).get());
}

} // namespace streamgate::test
