#include "cli/query/questions.h"

#include <algorithm>

#include "cli/genesis/amount_text.h"
#include "cli/terminal/text.h"
#include "cli/wallet/stake_text.h"

namespace touchstone::cli {

namespace {

const QuestionParameter kAt{"at", "--at",
                            "Which block, or the state after it: head, justified, finalized, a slot, or a root (head)"};
const QuestionParameter kWhichBlock{"at", "block", "head, justified, finalized, a slot, or a root (head)"};
const QuestionParameter kId{"id", "id", "Of the transaction: 0x and 64 hexadecimal digits", true};
const QuestionParameter kAddress{"address", "address", "Whose account: tst1…", true};
const QuestionParameter kValidator{"validator", "validator", "Its index, or 0x and its public key", true};
const QuestionParameter kCount{"count", "--count", "So many at most"};

const Row kAtSlot{"after the block of", "at/slot", Unit::Text};

std::vector<Row> header_rows(const std::string& way) {
    return {{"root", way + "root"},
            {"slot", way + "slot"},
            {"proposer", way + "proposer_index"},
            {"parent", way + "parent_root"},
            {"state root", way + "state_root"},
            {"body root", way + "body_root"},
            {"on the head's chain", way + "canonical", Unit::YesNo},
            {"final", way + "finalized", Unit::YesNo}};
}

std::vector<Row> joined(std::vector<Row> rows, std::vector<Row> more) {
    rows.insert(rows.end(), more.begin(), more.end());
    return rows;
}

/// Every field of an object whose values are numbers.
std::optional<std::string> show_parameters(const RpcJson& answer) {
    const RpcJson* values = field_at(answer, "parameters");
    if (values == nullptr || !values->is_object()) return std::nullopt;
    std::vector<std::vector<std::string>> rows;
    for (const auto& [name, value] : values->items()) {
        const auto text = value_text(value, Unit::Number);
        if (!text) return std::nullopt;
        rows.push_back({printable(name), *text});
    }
    return table_text({{"parameter"}, {"value", true}}, rows);
}

/// Of any kind: the fields that it has.
std::optional<std::string> show_payload(const RpcJson& payload) {
    if (!payload.is_object()) return std::nullopt;
    std::string text;
    for (const auto& [name, value] : payload.items()) {
        Unit unit = Unit::Text;
        if (name == "amount" || name == "stake") unit = Unit::Amount;
        if (name == "commission") unit = Unit::BasisPoints;
        const auto shown = value_text(value, unit);
        if (!shown) return std::nullopt;
        std::string label = printable(name);
        std::ranges::replace(label, '_', ' ');
        text += labelled_line("  " + label, *shown);
    }
    return text;
}

std::optional<std::string> show_transaction(const RpcJson& answer) {
    static const Show kRows = show_rows({{"transaction", "id"},
                                         {"state", "state"},
                                         {"slot", "block/slot"},
                                         {"block", "block/root"},
                                         {"place in it", "index"},
                                         {"final", "finalized", Unit::YesNo},
                                         {"sender", "transaction/sender"},
                                         {"nonce", "transaction/nonce"},
                                         {"gas limit", "transaction/gas_limit"},
                                         {"most for the gas", "transaction/max_fee", Unit::Number, " grains a unit"},
                                         {"tip", "transaction/tip", Unit::Number, " grains a unit"}});
    auto text = kRows(answer);
    const RpcJson* payload = field_at(answer, "transaction/payload");
    if (!text || payload == nullptr) return std::nullopt;
    if (payload->is_null()) return text;
    const auto fields = show_payload(*payload);
    if (!fields) return std::nullopt;
    return *text + "payload\n" + *fields;
}

std::optional<std::string> show_health(const RpcJson& answer) {
    static const Show kRows = show_rows({{"ready", "ready", Unit::YesNo}});
    auto text = kRows(answer);
    const RpcJson* reasons = field_at(answer, "reasons");
    if (!text || reasons == nullptr || !reasons->is_array()) return std::nullopt;
    for (const RpcJson& reason : *reasons) {
        const auto shown = value_text(reason, Unit::Text);
        if (!shown) return std::nullopt;
        *text += labelled_line("for", *shown);
    }
    return text;
}

/// With its epoch, as the wallet shows it.
std::optional<std::string> show_validator(const RpcJson& answer) {
    const auto view = validator_from(answer);
    if (!view) return std::nullopt;
    return validator_text(*view);
}

// -------------------------------------------------------------------------------------------------------- by subject

void add_chain(std::vector<Question>& list) {
    list.push_back({"head",
                    "The head of the chain as the node sees it",
                    "chain_head",
                    {},
                    show_rows({{"slot", "slot"},
                               {"head slot", "head_slot"},
                               {"head", "head_root"},
                               {"justified epoch", "justified_epoch"},
                               {"justified", "justified_root"},
                               {"finalized epoch", "finalized_epoch"},
                               {"finalized", "finalized_root"},
                               {"base fee", "base_fee", Unit::Number, " grains for a unit of gas"},
                               {"catching up", "syncing", Unit::YesNo},
                               {"genesis root", "genesis_root"}})});
    list.push_back({"finalized",
                    "The last finalized checkpoint",
                    "chain_finalized",
                    {},
                    show_rows(joined({{"epoch", "epoch"}}, header_rows("header/")))});
    list.push_back({"genesis",
                    "What the chain began from",
                    "chain_genesis",
                    {},
                    show_rows({{"genesis root", "genesis_root"},
                               {"genesis time", "genesis_time_ms", Unit::Time},
                               {"block of slot 0", "genesis_block_root"},
                               {"configuration", "config_root"}},
                              Table{"forks", {{"version", "version"}, {"from epoch", "epoch", Unit::Number}}})});
    list.push_back({"config", "Every parameter of the chain with its value", "chain_config", {}, show_parameters});
    list.push_back({"header", "The header of a block", "chain_header", {kWhichBlock}, show_rows(header_rows(""))});
    list.push_back({"block",
                    "A block, in short",
                    "chain_block",
                    {kWhichBlock},
                    show_rows(joined(header_rows("header/"), {{"graffiti", "graffiti"},
                                                              {"transactions", "contents/transactions"},
                                                              {"attestations", "contents/attestations"},
                                                              {"proposer slashings", "contents/proposer_slashings"},
                                                              {"attester slashings", "contents/attester_slashings"},
                                                              {"voluntary exits", "contents/voluntary_exits"},
                                                              {"gas used", "gas_used"},
                                                              {"size", "bytes", Unit::Number, " bytes"}}))});
    list.push_back(
        {"transactions",
         "The transactions of a block and what they came to",
         "chain_block_transactions",
         {kWhichBlock, {"first", "--first", "The place of the first to be told of (0)"}, kCount},
         show_rows({{"block", "block/root"}, {"slot", "block/slot"}, {"transactions", "total"}}),
         Paging{.table = {"transactions", {{"id", "id"}, {"status", "status"}, {"gas used", "gas_used", Unit::Number}}},
                .parameter = "first",
                .most = 1024,
                .block = "block/root",
                .by_place = true}});
}

void add_transactions(std::vector<Question>& list) {
    list.push_back({"transaction", "A transaction, in the chain or waiting", "tx_get", {kId}, show_transaction});
    list.push_back({"receipt", "What has become of a transaction", "tx_receipt", {kId}, show_receipt});
    list.push_back({"pool",
                    "Transactions that wait in the node's pool",
                    "tx_pool",
                    {{"sender", "--sender", "Only those of this account"},
                     {"after", "--after", "Go on after this id, which the page before named"},
                     kCount},
                    show_rows({{"waiting", "size"}, {"size", "bytes", Unit::Number, " bytes"}}),
                    Paging{.table = {"transactions",
                                     {{"id", "id"},
                                      {"sender", "transaction/sender"},
                                      {"nonce", "transaction/nonce", Unit::Number},
                                      {"kind", "transaction/payload/kind"},
                                      {"tip", "transaction/tip", Unit::Number}}},
                           .parameter = "after",
                           .most = 1024}});
    list.push_back({"fee",
                    "What to offer for a unit of gas",
                    "tx_fee_estimate",
                    {},
                    show_rows({{"base fee", "base_fee", Unit::Number, " grains for a unit of gas"}},
                              Table{"estimates",
                                    {{"in so many blocks", "blocks", Unit::Number},
                                     {"tip", "tip", Unit::Number},
                                     {"most, with the tip", "max_fee", Unit::Number}}})});
}

void add_accounts(std::vector<Question>& list) {
    list.push_back({"account",
                    "What an account has",
                    "account_balance",
                    {kAddress, kAt},
                    show_rows({{"balance", "balance", Unit::Amount},
                               {"nonce", "nonce"},
                               {"has ever existed", "exists", Unit::YesNo},
                               kAtSlot,
                               {"block", "at/root"}})});
    list.push_back({"stake",
                    "In which pools an account has stake",
                    "stake_list",
                    {kAddress, {"after", "--after", "Go on after this, which the page before named"}, kAt},
                    show_rows({kAtSlot, {"block", "at/root"}}),
                    Paging{.table = {"stakes",
                                     {{"validator", "validator_index", Unit::Number},
                                      {"shares", "shares", Unit::Number},
                                      {"worth", "value", Unit::Amount}}},
                           .parameter = "after",
                           .block = "at/root"}});
    list.push_back({"history",
                    "What an account sent and was paid, the latest first",
                    "account_history",
                    {kAddress, {"before", "--before", "Go on before this, which the page before named"}, kCount},
                    show_rows({{"known from slot", "complete_from"}}),
                    Paging{.table = {"transactions",
                                     {{"id", "id"},
                                      {"slot", "block/slot", Unit::Number},
                                      {"place", "index", Unit::Number},
                                      {"sent by it", "sent", Unit::YesNo},
                                      {"final", "finalized", Unit::YesNo}}},
                           .parameter = "before",
                           .most = 1000}});
}

void add_validators(std::vector<Question>& list) {
    list.push_back({"validator", "A validator", "validator_get", {kValidator, kAt}, show_validator});
    list.push_back({"validators",
                    "Validators in the order of the registry",
                    "validator_list",
                    {{"status", "--status", "Only those with this status, such as active"},
                     {"operator", "--operator", "Only those of this operator"},
                     {"first", "--first", "Index to begin with (0)"},
                     kCount,
                     kAt},
                    show_rows({{"registered", "total"}, {"epoch", "epoch"}, kAtSlot}),
                    Paging{.table = {"validators",
                                     {{"index", "index", Unit::Number},
                                      {"status", "status"},
                                      {"stake", "stake", Unit::Amount},
                                      {"counts", "effective_stake", Unit::Amount},
                                      {"commission", "commission", Unit::BasisPoints},
                                      {"operator", "operator"}}},
                           .parameter = "first",
                           .most = 256,
                           .block = "at/root"}});
    list.push_back(
        {"delegations",
         "Who has stake in a validator's pool",
         "validator_delegations",
         {kValidator, {"after", "--after", "Go on after this, which the page before named"}, kAt},
         show_rows({{"validator", "validator_index"}, kAtSlot}),
         Paging{.table = {"delegations",
                          {{"holder", "holder"}, {"shares", "shares", Unit::Number}, {"worth", "value", Unit::Amount}}},
                .parameter = "after",
                .block = "at/root"}});
    list.push_back({"queues",
                    "The queues of stake that joins and leaves",
                    "stake_queues",
                    {kAt},
                    show_rows({{"waiting to join", "bond/length"},
                               {"the first may move", "bond/budget", Unit::Amount},
                               {"waiting to leave", "unbond/length"},
                               {"the first may move", "unbond/budget", Unit::Amount},
                               {"each, in an epoch", "churn", Unit::Amount},
                               kAtSlot})});
    list.push_back({"totals",
                    "How much stake there is, and what was minted and burnt",
                    "stake_totals",
                    {kAt},
                    show_rows({{"validators", "validators"},
                               {"active validators", "active_validators"},
                               {"active stake", "active_stake", Unit::Amount},
                               {"joining", "bonding", Unit::Amount},
                               {"left, not taken", "unbonding", Unit::Amount},
                               {"minted", "minted", Unit::Amount},
                               {"burnt", "burnt", Unit::Amount},
                               {"epoch", "epoch"},
                               kAtSlot})});
}

void add_network(std::vector<Question>& list) {
    list.push_back({"peers",
                    "The peers to which the node is connected",
                    "net_peers",
                    {},
                    show_rows({}, Table{"peers",
                                        {{"peer", "id"},
                                         {"dialed", "outbound", Unit::YesNo},
                                         {"trusted", "trusted", Unit::YesNo},
                                         {"head slot", "head_slot", Unit::Number},
                                         {"demerits", "demerits", Unit::Number},
                                         {"since", "connected_at_ms", Unit::Time},
                                         {"client", "client"},
                                         {"address", "address"}}})});
    list.push_back({"counts",
                    "How many peers there are",
                    "net_counts",
                    {},
                    show_rows({{"dialed by them", "inbound"},
                               {"dialed by the node", "outbound"},
                               {"trusted", "trusted"},
                               {"banned", "banned"},
                               {"known addresses", "known_addresses"},
                               {"being dialed", "dials_under_way"}})});
    list.push_back({"statistics",
                    "How the network has been doing, epoch by epoch",
                    "net_statistics",
                    {{"from", "--from", "The first epoch (the last ones; all with --all)"}, kCount},
                    show_rows({}),
                    Paging{.table = {"epochs",
                                     {{"epoch", "epoch", Unit::Number},
                                      {"participation", "participation_ppm", Unit::Millionths},
                                      {"active", "validators/active", Unit::Number},
                                      {"active stake", "stake/active", Unit::Amount},
                                      {"operators", "stake/operators", Unit::Number},
                                      {"stop finality", "stake/operators_to_stop_finality", Unit::Number},
                                      {"blocks", "arrival/blocks", Unit::Number},
                                      {"mean arrival", "arrival/mean_ms", Unit::Number, " ms"},
                                      {"peers", "peers", Unit::Number}}},
                           .parameter = "from",
                           .most = 225,
                           .begin = "0"}});
}

void add_node(std::vector<Question>& list) {
    list.push_back({"sync",
                    "How far behind the node is",
                    "node_sync",
                    {},
                    show_rows({{"catching up", "syncing", Unit::YesNo},
                               {"slot", "slot"},
                               {"head slot", "head_slot"},
                               {"behind", "distance", Unit::Number, " slots"},
                               {"speed", "speed", Unit::Number, " slots in a second"},
                               {"time left", "seconds_left", Unit::Number, " s"},
                               {"peers that deliver", "sync_peers"},
                               {"state received", "state_sync_percent", Unit::Number, " %"},
                               {"older blocks wanted", "backfill_distance", Unit::Number, " slots"},
                               {"waiting blocks", "waiting_blocks"},
                               {"peers", "peers"}})});
    list.push_back({"health", "Whether the node is of use", "node_health", {}, show_health});
    list.push_back({"database",
                    "How large the node's database is, and from when on it has what",
                    "node_database",
                    {},
                    show_rows({{"pages", "pages"},
                               {"of them free", "free_pages"},
                               {"of each", "page_bytes", Unit::Number, " bytes"},
                               {"schema version", "schema_version"},
                               {"blocks from slot", "earliest_block_slot"},
                               {"states from slot", "earliest_state_slot"},
                               {"head slot", "head_slot"},
                               {"served states", "served_states"},
                               {"the first, of epoch", "earliest_served_epoch"}})});
    list.push_back({"version",
                    "Which program answers",
                    "node_version",
                    {},
                    show_rows({{"program", "client"}, {"specification", "specification"}, {"methods", "api"}})});
}

}  // namespace

std::optional<std::string> show_receipt(const RpcJson& receipt) {
    static const Show kRows = show_rows({{"transaction", "id"},
                                         {"state", "state"},
                                         {"slot", "slot"},
                                         {"block", "block_root"},
                                         {"place in it", "index"},
                                         {"status", "status"},
                                         {"gas used", "gas_used"},
                                         {"final", "finalized", Unit::YesNo}});
    auto text = kRows(receipt);
    if (!text) return std::nullopt;
    const std::string meaning = meaning_of(text_field(receipt, "status").value_or(""));
    const std::string event = event_text(receipt);
    if (!meaning.empty()) *text += labelled_line("that means", meaning);
    if (!event.empty()) *text += labelled_line("it did", printable(event));
    return text;
}

const std::vector<Question>& questions() {
    static const std::vector<Question> kQuestions = [] {
        std::vector<Question> list;
        add_chain(list);
        add_transactions(list);
        add_accounts(list);
        add_validators(list);
        add_network(list);
        add_node(list);
        return list;
    }();
    return kQuestions;
}

}  // namespace touchstone::cli
