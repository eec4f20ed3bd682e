#include "node/app/test_node.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <thread>

#include "crypto/development_keys.h"
#include "node/adapters/genesis_file/genesis_file.h"
#include "node/adapters/runtime/writer_loop.h"
#include "node/kernel/consensus/genesis.h"

namespace touchstone::node::app {

namespace {

constexpr auto kPatience = std::chrono::seconds(90);
constexpr auto kPause = std::chrono::milliseconds(10);

}  // namespace

Root write_test_genesis(const std::filesystem::path& path, const TestChain& chain) {
    adapters::GenesisFile file{{"minimal", MINIMAL}, {}, {}};
    Parameters& parameters = file.configuration.parameters;
    parameters.SLOT_DURATION_MS = chain.slot_ms;
    file.genesis.genesis_time_ms = adapters::SystemClock().now_ms() + chain.starts_in_ms - chain.started_ms_ago;
    file.genesis.seed.bytes.fill(chain.seed);
    for (std::uint64_t i = 0; i < chain.validators; ++i) {
        const crypto::bls::SecretKey key = crypto::development_validator_key(i);
        GenesisValidator& validator = file.genesis.validators.emplace_back();
        validator.pubkey = BlsPublicKey(crypto::bls::public_key(key).to_bytes());
        validator.stake = Amount(32 * GRAINS_PER_TST);
        const Root message = proof_of_possession_root(validator.pubkey, validator.operator_address, parameters);
        validator.proof_of_possession = BlsSignature(crypto::bls::pop_prove(key, message.view()).to_bytes());
    }
    const Environment environment{make_config(parameters).value()};
    file.genesis_root = initialize_state(environment, file.genesis).value().consensus().genesis_root;
    if (!write_genesis_file(path, file).ok()) throw std::runtime_error("no genesis file");
    return file.genesis_root;
}

std::string LogLine::value(std::string_view key) const {
    const std::string name = "\"" + std::string(key) + "\":";
    const std::size_t found = text_.find(name);
    if (found == std::string::npos) return {};
    const std::size_t begin = found + name.size();
    if (text_[begin] == '"') return text_.substr(begin + 1, text_.find('"', begin + 1) - begin - 1);
    return text_.substr(begin, text_.find_first_of(",}", begin) - begin);
}

std::uint64_t LogLine::number(std::string_view key) const {
    const std::string text = value(key);
    return text.empty() ? 0 : std::stoull(text);
}

NodeProcess::NodeProcess(const std::vector<std::string>& arguments, std::optional<std::uint64_t> file_limit) {
    const std::string output = folder_ / "output";
    process_ = ::fork();
    if (process_ != 0) return;
    const int file = ::open(output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ::dup2(file, STDOUT_FILENO);
    ::dup2(file, STDERR_FILENO);
    if (file_limit) {
        const rlimit limit{*file_limit, *file_limit};
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    std::vector<std::string> words = arguments;
    std::vector<char*> pointers{const_cast<char*>(TOUCHSTONE_NODE_PROGRAM)};
    for (std::string& word : words)
        pointers.push_back(word.data());
    pointers.push_back(nullptr);
    ::execv(TOUCHSTONE_NODE_PROGRAM, pointers.data());
    ::_exit(127);
}

NodeProcess::~NodeProcess() {
    if (reap()) return;
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
}

void NodeProcess::signal(int number) const { ::kill(process_, number); }

bool NodeProcess::reap() {
    if (result_) return true;
    int status = 0;
    if (::waitpid(process_, &status, WNOHANG) != process_) return false;
    result_ = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    return true;
}

int NodeProcess::wait() {
    const auto end = std::chrono::steady_clock::now() + kPatience;
    while (!reap()) {
        if (std::chrono::steady_clock::now() > end) return -1000;
        std::this_thread::sleep_for(kPause);
    }
    return *result_;
}

std::string NodeProcess::output() const {
    std::ostringstream text;
    text << std::ifstream(folder_ / "output").rdbuf();
    return text.str();
}

std::vector<LogLine> NodeProcess::log() const {
    std::vector<LogLine> lines;
    std::istringstream stream(output());
    std::string line;
    while (std::getline(stream, line) && !stream.eof())
        lines.emplace_back(line);
    return lines;
}

bool NodeProcess::wait_until(const std::function<bool()>& condition) {
    const auto end = std::chrono::steady_clock::now() + kPatience;
    while (std::chrono::steady_clock::now() < end) {
        const bool ended = reap();
        if (condition()) return true;
        if (ended) break;
        std::this_thread::sleep_for(kPause);
    }
    return false;
}

std::optional<LogLine> NodeProcess::wait_for(const std::function<bool(const LogLine&)>& condition) {
    std::optional<LogLine> found;
    wait_until([&] {
        const std::vector<LogLine> lines = log();
        while (!found && read_lines_ < lines.size()) {
            const LogLine& line = lines[read_lines_++];
            if (condition(line)) found = line;
        }
        return found.has_value();
    });
    return found;
}

std::optional<LogLine> NodeProcess::wait_for(const std::string& event) {
    return wait_for([&](const LogLine& line) { return line.is(event); });
}

Finished run_program(const std::vector<std::string>& arguments) {
    NodeProcess process(arguments);
    const int code = process.wait();
    return {code, process.output()};
}

}  // namespace touchstone::node::app
