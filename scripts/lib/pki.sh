# shellcheck shell=bash
# Certificates and kubeconfigs of one cluster. Made anew with each cluster; they are of no use outside this machine.

# pki_authority FOLDER: makes the certificate authority and the key pair of the service accounts.
pki_authority() {
  mkdir -p "$1"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 365 -subj /CN=streamgate-local \
    -keyout "$1/ca.key" -out "$1/ca.crt"
  openssl genrsa -out "$1/accounts.key" 2048
  openssl rsa -in "$1/accounts.key" -pubout -out "$1/accounts.pub"
}

# pki_certificate FOLDER NAME SUBJECT ALTERNATIVE_NAMES: makes NAME.crt and NAME.key, signed by the authority.
pki_certificate() {
  openssl req -x509 -CA "$1/ca.crt" -CAkey "$1/ca.key" -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 365 -subj "$3" \
    -addext "subjectAltName=$4" -addext 'basicConstraints=critical,CA:FALSE' -addext 'extendedKeyUsage=serverAuth,clientAuth' \
    -keyout "$1/$2.key" -out "$1/$2.crt"
}

# pki_kubeconfig FOLDER NAME SERVER CONTEXT: prints a kubeconfig for the certificate NAME.
pki_kubeconfig() {
  cat <<YAML
apiVersion: v1
kind: Config
current-context: $4
contexts: [{name: $4, context: {cluster: $4, user: $2}}]
clusters: [{name: $4, cluster: {server: "$3", certificate-authority-data: $(base64 -w0 "$1/ca.crt")}}]
users: [{name: $2, user: {client-certificate-data: $(base64 -w0 "$1/$2.crt"), client-key-data: $(base64 -w0 "$1/$2.key")}}]
YAML
}
